package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.WebSocketExchanger;

/**
 * Subscribes to an RPC's new heads, listens for half of the run's time and compares what came with the head over HTTP.
 *
 * <p>Asks RPCs that have a WebSocket: the target's witness, with a {@code ws} or {@code wss} URL.
 */
public final class RpcSubscriptionProbe implements Probe {
    public static final ProbeId ID = new ProbeId("rpc.subscription");

    private static final String SUBSCRIBE =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}";

    private final PushedHeads pushed;

    public RpcSubscriptionProbe(WebSocketExchanger webSockets, HttpExchanger http) {
        this.pushed = new PushedHeads(webSockets, http);
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.RPC;
    }

    @Override
    public boolean suits(Target target) {
        return target.kind() == TargetKind.RPC && RpcSocket.of(target).isPresent();
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Optional<Target> socket = RpcSocket.of(target);
        if (socket.isEmpty()) {
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.PROBER_ERROR, "the RPC has no WebSocket")));
        }
        return pushed.listen(
                RpcSocket.request(socket.get(), timeout), Optional.of(SUBSCRIBE), target, new Heads(), timeout);
    }

    private static final class Heads extends PushedHeads.Ear {
        private static final int ENOUGH = 5;

        @Override
        int enough() {
            return ENOUGH;
        }

        @Override
        void read(JsonNode message) {
            if (message.path("method").asText("").equals("eth_subscription")) {
                PushedHeads.quantity(message.path("params").path("result"), "timestamp")
                        .ifPresentOrElse(
                                this::pushed,
                                () -> refuse(Outcome.failed(Reason.SHAPE_CHANGED, "a pushed head has no timestamp")));
            } else if (message.path("error").isObject()) {
                refuse(RpcErrors.ofError(message.path("error")));
            } else if (message.path("result").isTextual()) {
                begin();
            } else {
                refuse(Outcome.failed(Reason.PROTOCOL_ERROR, "neither a subscription nor an error"));
            }
        }
    }
}
