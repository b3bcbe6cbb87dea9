package network.litewatch.lab.router;

import java.util.concurrent.ConcurrentLinkedDeque;
import network.litewatch.fault.FaultInjector.FaultHandle;

/** The statuses that the router is told to fail with; the last one told counts. Thread-safe. */
final class FailureSwitch {

    /** One demand to fail; two with one status are still two. */
    private static final class Demand {
        private final int status;

        private Demand(int status) {
            this.status = status;
        }
    }

    private final ConcurrentLinkedDeque<Demand> demands = new ConcurrentLinkedDeque<>();

    /** The status to fail with now, or 0. */
    int status() {
        Demand last = demands.peekLast();
        return last == null ? 0 : last.status;
    }

    /** Fails from now on until undone. */
    FaultHandle failWith(int status) {
        if (status < 500 || status > 599) {
            throw new IllegalArgumentException("status: expected 500 to 599, got " + status);
        }
        var demand = new Demand(status);
        demands.add(demand);
        return () -> demands.remove(demand);
    }
}
