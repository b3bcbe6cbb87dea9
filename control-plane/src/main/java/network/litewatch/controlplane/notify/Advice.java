package network.litewatch.controlplane.notify;

import java.util.List;
import java.util.function.Function;
import network.litewatch.controlplane.alert.Alert;

/**
 * What whoever hears of an alert should know and do, in short. Plain text, without markup; it may name the alert's target, which a stranger
 * may have named, so that renderers escape all of it.
 *
 * @param impact who suffers, in a sentence or two; empty when nobody wrote it down
 * @param next what to do first, in this order; may be empty
 * @param owner who looks after it; empty when nobody does
 */
public record Advice(String impact, List<String> next, String owner) {
    /** Where nothing was written down. */
    public static final Advice NONE = new Advice("", List.of(), "");

    /** Knows no advice for any alert. */
    public static final Function<Alert, Advice> UNKNOWN = alert -> NONE;

    public Advice {
        next = List.copyOf(next);
    }
}
