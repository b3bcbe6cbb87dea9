package network.litewatch.controlplane.gate.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The lines of one streamed completion as they come. Written by one thread at a time, read when it is over. */
final class TokenStream implements Flow.Subscriber<String> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data:";

    private final StringBuilder text = new StringBuilder();
    private Flow.@Nullable Subscription subscription;
    private int tokens;
    private long first;
    private long last;
    private long end;
    private boolean done;
    private boolean wrong;
    private String task = "";

    @Override
    public synchronized void onSubscribe(Flow.Subscription lines) {
        subscription = lines;
        lines.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(String line) {
        long now = System.nanoTime();
        if (!line.startsWith(DATA)) {
            return;
        }
        String data = line.substring(DATA.length()).strip();
        if (data.equals("[DONE]")) {
            done = true;
            end = now;
            return;
        }
        try {
            accept(JSON.readTree(data), now);
        } catch (IOException e) {
            wrong = true;
        }
    }

    private void accept(JsonNode frame, long now) {
        wrong |= frame.has("error");
        task = frame.path("task_id").asText(task);
        String token = frame.path("choices").path(0).path("text").asText("");
        if (!token.isEmpty()) {
            first = tokens == 0 ? now : first;
            last = now;
            tokens++;
            text.append(token);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        // The exchange as a whole fails with it, and says so.
    }

    @Override
    public void onComplete() {
        // [DONE] is what ends an answer; a connection that ends before it cut one off.
    }

    /** Ends it where nobody waits any more. */
    synchronized void cancel() {
        if (subscription != null) {
            subscription.cancel();
        }
    }

    synchronized boolean isWhole() {
        return done && !wrong && tokens > 0;
    }

    /** When the first token came, as {@link System#nanoTime} has it; only where there is one. */
    synchronized long first() {
        return first;
    }

    synchronized long end() {
        return end;
    }

    synchronized int tokens() {
        return tokens;
    }

    /** Tokens after the first for each second between the first and the last; 0 with fewer than two. */
    synchronized double perSecond() {
        return tokens < 2 || last <= first ? 0 : (tokens - 1) / ((last - first) / 1e9);
    }

    synchronized String text() {
        return text.toString();
    }

    synchronized String task() {
        return task;
    }
}
