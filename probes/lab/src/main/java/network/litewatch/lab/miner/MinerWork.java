package network.litewatch.lab.miner;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A miner's answers: whose tokens they are and when each of them leaves, by the miner's pace and conduct. Thread-safe. */
final class MinerWork {

    private static final Duration HANG_LIMIT = Duration.ofMinutes(2);

    private final TinyModel model;
    private final Pacing pacing;
    private final ColdStart coldStart;
    private final Conduct conduct;
    private final AnswerCache cache = new AnswerCache();

    MinerWork(TinyModel model, Pacing pacing, ColdStart coldStart, Conduct conduct) {
        this.model = model;
        this.pacing = pacing;
        this.coldStart = coldStart;
        this.conduct = conduct;
    }

    Pacing pacing() {
        return pacing;
    }

    Conduct conduct() {
        return conduct;
    }

    /**
     * Waits as long as a task that is never answered does: until the fault ends, 120 s at most.
     *
     * @throws IOException always, so that the caller sees a broken connection and no answer
     */
    void hang() throws IOException {
        try {
            boolean ended = conduct.hanging().await(HANG_LIMIT.toSeconds(), TimeUnit.SECONDS);
            throw new IOException("never answered; the fault has " + (ended ? "ended" : "not ended"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Starts to answer. */
    Answer begin(TinyModel.Request request, Conduct.Treatment treatment) {
        List<String> earlier = conduct.cached() ? cache.like(request.prompt(), request.maxTokens()) : null;
        if (earlier != null) {
            return new Answer(null, Tokens.ready(earlier), 0);
        }
        long cold = coldStart.begin(System.nanoTime());
        try {
            return treatment == Conduct.Treatment.WRONG
                    ? new Answer(request.prompt(), Tokens.wrong(request.maxTokens()), cold)
                    : new Answer(request.prompt(), generate(request, treatment), cold);
        } catch (
                RuntimeException e) { // whatever it is: a task that did not begin must not keep the model warm for ever
            coldStart.finished(System.nanoTime());
            throw e;
        }
    }

    private Tokens generate(TinyModel.Request request, Conduct.Treatment treatment) {
        TinyModel other = treatment == Conduct.Treatment.MIXED ? conduct.other() : null;
        if (other != null) {
            try {
                return other.generate(request);
            } catch (RejectedExecutionException e) {
                return model.generate(request); // the fault ended this moment, and its model with it
            }
        }
        return model.generate(request);
    }

    /** One answer; for one thread. Close it. */
    final class Answer implements AutoCloseable {

        private final @Nullable String prompt; // null: out of the cache
        private final Tokens tokens;
        private final long coldNanos;
        private final long begun = System.nanoTime();
        private final List<String> said = new ArrayList<>();
        private Pacing.@Nullable Stream clock;

        private Answer(@Nullable String prompt, Tokens tokens, long coldNanos) {
            this.prompt = prompt;
            this.tokens = tokens;
            this.coldNanos = coldNanos;
        }

        /** The next token, when it is due; null at the end. */
        @Nullable
        String next() throws InterruptedException {
            String token = tokens.next();
            if (token == null) {
                remember();
                return null;
            }
            said.add(token);
            if (prompt != null) {
                TimeUnit.NANOSECONDS.sleep(delayNanos());
            }
            return token;
        }

        /** What it has said so far. */
        String text() {
            return String.join("", said);
        }

        /** How many tokens the miner says that these were. */
        long claimedTokens() {
            return conduct.claimed(said.size());
        }

        @Override
        public void close() {
            tokens.cancel();
            if (prompt != null) {
                coldStart.finished(System.nanoTime());
            }
        }

        private void remember() {
            if (prompt != null) {
                cache.put(prompt, said);
            }
        }

        private long delayNanos() {
            Pacing.Stream running = clock;
            long now = System.nanoTime();
            if (running == null) {
                long first = Math.max(now, begun + coldNanos);
                running = pacing.start(first);
                clock = running;
            }
            return running.nextDelayNanos(now);
        }
    }
}
