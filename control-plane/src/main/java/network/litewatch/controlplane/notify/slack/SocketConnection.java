package network.litewatch.controlplane.notify.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.probe.SecretUrl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket to Slack, from the handshake to its end; {@link SlackSocket} opens the next one. On the JDK's client, which hands a message
 * over in pieces: OkHttp's collects one of any length, and inflates it, before it can be refused.
 *
 * <p>One message at a time: the next is read when the ack of the last is written. Thread-safe.
 */
final class SocketConnection implements WebSocket.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);
    private static final int MAX_MESSAGE = 1 << 20;
    private static final int MOST_SILENT_BEATS = 3;
    private static final int STEADY_BEATS = 6;

    private final ObjectMapper json;
    private final Owner owner;
    // Only the WebSocket's own calls touch it, one after the other.
    private final StringBuilder message = new StringBuilder();
    private final AtomicInteger beats = new AtomicInteger();
    private final AtomicInteger silent = new AtomicInteger();
    private volatile boolean greeted;
    private volatile boolean over;
    private volatile @Nullable WebSocket socket;

    /** Who keeps the connection. Called by threads of the connection; must not block, nor throw. */
    interface Owner {
        /** Slack says that it will tell of presses here. */
        void greeted(SocketConnection connection);

        /** Takes an envelope; what is to be answered. */
        Optional<String> told(JsonNode envelope);

        /** Slack is about to end the connection, for {@code reason}, in its words. */
        void leaving(SocketConnection connection, String reason);

        /** The connection has ended, or never began; {@code why} is for people. May be said more than once. */
        void lost(SocketConnection connection, String why);
    }

    SocketConnection(ObjectMapper json, Owner owner) {
        this.json = json;
        this.owner = owner;
    }

    /** Opens it, once. What becomes of that the owner is told. */
    void dial(HttpClient http, SecretUrl url) {
        var unused = http.newWebSocketBuilder()
                .connectTimeout(HANDSHAKE)
                .buildAsync(url.reveal(), this)
                .whenComplete((open, failure) -> {
                    if (failure != null) {
                        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                        // No message of an exception: it may repeat the URL.
                        owner.lost(this, "the socket cannot be opened: " + name(cause));
                    }
                });
    }

    /**
     * Asks for a sign of life. Called at even distances.
     *
     * @return whether there was one within three beats, and a greeting
     */
    boolean beat() {
        int age = beats.incrementAndGet();
        if (silent.incrementAndGet() > MOST_SILENT_BEATS || (!greeted && age > MOST_SILENT_BEATS)) {
            return false;
        }
        WebSocket open = socket;
        if (open != null) {
            // One that cannot be sent needs no look: the silence tells.
            var unused = open.sendPing(ByteBuffer.allocate(0));
        }
        return true;
    }

    /** Whether it has been there for so long that its end is no sign of trouble. */
    boolean isSteady() {
        return beats.get() >= STEADY_BEATS;
    }

    /** Takes leave, and hears nothing more. */
    void hangUp() {
        over = true;
        WebSocket open = socket;
        if (open != null) {
            var unused = open.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((sent, failure) -> open.abort());
        }
    }

    /** Ends it without a word, for who does not answer. */
    void cut() {
        over = true;
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public void onOpen(WebSocket open) {
        socket = open;
        if (over) {
            open.abort();
        }
        open.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
        silent.set(0);
        if (message.length() + piece.length() > MAX_MESSAGE) {
            cut();
            owner.lost(this, "a message of more than " + MAX_MESSAGE + " characters came");
            return null;
        }
        message.append(piece);
        if (!last) {
            from.request(1);
            return null;
        }
        String whole = message.toString();
        message.setLength(0);
        var unused = heard(from, whole).whenComplete((sent, failure) -> from.request(1));
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer piece, boolean last) {
        // Slack sends none.
        return sign(from);
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer payload) {
        return sign(from);
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
        return sign(from);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        owner.lost(this, "Slack ended the socket with code " + code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        owner.lost(this, "the socket broke: " + name(error));
    }

    private @Nullable CompletionStage<?> sign(WebSocket from) {
        silent.set(0);
        from.request(1);
        return null;
    }

    /** Complete when what is to be answered, if anything, is written. */
    private CompletableFuture<?> heard(WebSocket from, String text) {
        JsonNode said;
        try {
            said = json.readTree(text);
        } catch (JsonProcessingException e) {
            LOG.debug("something that is not JSON came over Slack's socket");
            return CompletableFuture.completedFuture(null);
        }
        switch (said.path("type").asText()) {
            case "hello" -> {
                greeted = true;
                owner.greeted(this);
            }
            case "disconnect" -> owner.leaving(this, said.path("reason").asText());
            default -> {
                Optional<String> answer = owner.told(said);
                if (answer.isPresent()) {
                    return from.sendText(answer.get(), true);
                }
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    private static String name(@Nullable Throwable failure) {
        return failure == null ? "unknown" : failure.getClass().getSimpleName();
    }
}
