package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
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
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.TlsTrust;
import network.litewatch.probe.http.WebSocketExchanger;

/**
 * Listens to the broadcast feed of an Arbitrum Nitro sequencer, or of a relay of it, for half of the run's time and compares what
 * came with the head of the RPC that is the target's witness. The feed's messages are JSON,
 * {@code {"version":1,"messages":[{"sequenceNumber":..,"message":{"message":{"header":{"timestamp":..}}}}]}}; a relay sends what it
 * still holds as soon as somebody connects, and confirmations without messages in between.
 */
public final class SequencerFeedProbe implements Probe {
    public static final ProbeId ID = new ProbeId("sequencer.feed");

    /** Target parameter that tells a feed from the other endpoints; its value is the probe's id. */
    public static final String PARAMETER = "probe";

    private static final int VERSION = 1;
    // A client must say which feed it speaks; 2 is what nodes send.
    private static final Map<String, String> HEADERS = Map.of("Arbitrum-Feed-Client-Version", "2");

    private final PushedHeads pushed;

    public SequencerFeedProbe(WebSocketExchanger webSockets, HttpExchanger http) {
        this.pushed = new PushedHeads(webSockets, http);
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.ENDPOINT;
    }

    @Override
    public boolean suits(Target target) {
        return target.kind() == TargetKind.ENDPOINT
                && ID.value().equals(target.parameters().get(PARAMETER))
                && target.witness().isPresent();
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        if (target.witness().isEmpty()) {
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.PROBER_ERROR, "the feed has no RPC to compare it with")));
        }
        HttpRequest request = new HttpRequest(
                "GET",
                target.url(),
                target.token(),
                Optional.empty(),
                "*/*",
                timeout,
                HttpRequest.STREAM_BODY_BYTES,
                HEADERS,
                TlsTrust.system(),
                false);
        Feed feed = new Feed();
        feed.begin();
        return pushed.listen(request, Optional.empty(), target.witness().get(), feed, timeout);
    }

    private static final class Feed extends PushedHeads.Ear {
        /** What is still held comes first, oldest first: only the end of the window says how new the newest is. */
        @Override
        int enough() {
            return Integer.MAX_VALUE;
        }

        @Override
        void read(JsonNode message) {
            if (message.path("version").asInt(0) != VERSION) {
                refuse(Outcome.failed(Reason.SHAPE_CHANGED, "not version 1 of the sequencer's feed"));
                return;
            }
            for (JsonNode one : message.path("messages")) {
                JsonNode timestamp =
                        one.path("message").path("message").path("header").path("timestamp");
                if (one.path("sequenceNumber").isIntegralNumber() && timestamp.isIntegralNumber()) {
                    pushed(timestamp.asDouble());
                } else {
                    refuse(Outcome.failed(Reason.SHAPE_CHANGED, "a message without sequenceNumber or timestamp"));
                }
            }
        }
    }
}
