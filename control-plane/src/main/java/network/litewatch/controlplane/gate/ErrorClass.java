package network.litewatch.controlplane.gate;

import java.util.Locale;

/** Why a request of the load had no whole answer. */
public enum ErrorClass {
    /** No whole answer by the plan's timeout. */
    TIMEOUT,
    /** No connection, or one that ended before the answer began. */
    CONNECTION,
    HTTP_4XX,
    HTTP_5XX,
    /** An answer that began and did not end as it should, or without a token. */
    BROKEN;

    /** As plans write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
