package network.litewatch.probe.rpc;

import java.io.Serial;
import network.litewatch.probe.Outcome;

/** Carries the outcome of a failed JSON-RPC exchange through web3j, whose interfaces know exceptions only. */
final class RpcRefusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    RpcRefusal(Outcome outcome) {
        super(outcome.reason() + ": " + outcome.detail(), null, false, false);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
