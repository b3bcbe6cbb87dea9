package network.litewatch.probe.rpc;

import java.io.Serial;
import java.util.concurrent.CompletionException;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;

/** Carries the outcome of a failed JSON-RPC exchange through web3j, whose interfaces know exceptions only. */
final class RpcRefusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    RpcRefusal(Outcome outcome) {
        super(outcome.reason() + ": " + outcome.detail(), null, false, false);
        this.outcome = outcome;
    }

    /** What {@code failure} means for a run; anything but a refusal is a bug of ours. */
    static Outcome outcomeOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RpcRefusal refusal
                ? refusal.outcome
                : Outcome.inconclusive(Reason.PROBER_ERROR, cause.getClass().getName());
    }
}
