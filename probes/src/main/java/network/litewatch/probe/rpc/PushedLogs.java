package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.TargetJson;
import network.litewatch.probe.http.WebSocketEar;
import network.litewatch.probe.http.WebSocketExchanger;

/**
 * Hears over an RPC's WebSocket ({@code eth_subscribe} to {@code logs}) that contracts said something. A hint that reading on is
 * worth it and no more: what they said is read over HTTP, in order and without gaps. Thread-safe.
 */
public final class PushedLogs {
    /** What a WebSocket is given to be opened in, beyond the time in which it is listened to. */
    private static final Duration OPENING = Duration.ofSeconds(2);

    private final WebSocketExchanger sockets;
    private final Target socket;
    private final String subscribe;

    private PushedLogs(WebSocketExchanger sockets, Target socket, String subscribe) {
        this.sockets = sockets;
        this.socket = socket;
        this.subscribe = subscribe;
    }

    /**
     * Of the first of {@code rpcs} that has a WebSocket.
     *
     * @param addresses the contracts
     * @return empty when no RPC has one, or when there are no contracts to hear of
     */
    public static Optional<PushedLogs> of(WebSocketExchanger sockets, List<Target> rpcs, Set<String> addresses) {
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode asked = JsonNodeFactory.instance.objectNode();
        asked.put("jsonrpc", "2.0").put("id", 1).put("method", "eth_subscribe");
        var contracts = asked.putArray("params").add("logs").addObject().putArray("address");
        addresses.forEach(contracts::add);
        return rpcs.stream()
                .flatMap(rpc -> RpcSocket.of(rpc).stream())
                .findFirst()
                .map(socket -> new PushedLogs(sockets, socket, asked.toString()));
    }

    /** Begins to listen for {@code window}. Whatever goes wrong ends the listening, and is for {@link RpcSubscriptionProbe} to say. */
    public Listening listen(Duration window) {
        Listening listening = new Listening();
        var unused = sockets.hear(
                        RpcSocket.request(socket, window.plus(OPENING)), Optional.of(subscribe), window, listening)
                .whenComplete((result, bug) -> listening.end());
        return listening;
    }

    /** What is heard while it lasts. For one thread that waits. */
    public static final class Listening implements WebSocketEar, AutoCloseable {
        private final BlockingQueue<Boolean> bell = new ArrayBlockingQueue<>(1);
        private volatile boolean over;

        @Override
        public boolean heard(byte[] message) {
            Optional<JsonNode> json = TargetJson.parse(message);
            if (json.isPresent()
                    && json.get().path("method").asText("").equals("eth_subscription")
                    && json.get().path("params").path("result").isObject()) {
                bell.offer(true);
            }
            // A refusal is the first thing that is said, and the last.
            return over || json.isEmpty() || json.get().has("error");
        }

        /**
         * Waits until something was said since it last returned true.
         *
         * @return whether something was; false when {@code atMost} passed or nothing will be heard any more
         */
        public boolean await(Duration atMost) throws InterruptedException {
            if (over && bell.isEmpty()) {
                return false;
            }
            return Boolean.TRUE.equals(bell.poll(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS));
        }

        private void end() {
            over = true;
            bell.offer(false);
        }

        /** Nobody listens any more; the WebSocket is left with its next message, or when its time is over. */
        @Override
        public void close() {
            end();
        }
    }
}
