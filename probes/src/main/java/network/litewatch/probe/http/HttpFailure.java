package network.litewatch.probe.http;

import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;

/**
 * No whole answer.
 *
 * @param reason one of the transport reasons, from {@link Reason#TIMEOUT} to {@link Reason#PROTOCOL_ERROR}, or
 *     {@link Reason#PROBER_ERROR} or {@link Reason#QUOTA_SPENT}
 * @param detail for people; our own words, never the URL and never the server's bytes
 */
public record HttpFailure(Reason reason, String detail, WireTrace trace) implements HttpResult {
    /** The outcome for the server that was asked: failed, unless nothing was asked or the fault is ours. */
    public Outcome outcome() {
        return switch (reason) {
            case EGRESS_DENIED, QUOTA_SPENT -> Outcome.notRun(reason, detail);
            case PROBER_ERROR -> Outcome.inconclusive(reason, detail);
            default -> Outcome.failed(reason, detail);
        };
    }
}
