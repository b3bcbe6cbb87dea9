package network.litewatch.controlplane.alert;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a rule makes of a run that leaves a signal unknown on which it hangs; of no run at all every rule makes nothing. */
public enum NoData {
    /** Nothing moves: what is pending stays pending, what fires goes on. */
    KEEP(Optional.empty()),
    /** As if the condition were gone. */
    RESOLVE(Optional.of(false)),
    /** As if the condition were met. */
    FIRE(Optional.of(true));

    private final Optional<Boolean> verdict;

    NoData(Optional<Boolean> verdict) {
        this.verdict = verdict;
    }

    /** Whether that counts as a breach; empty where nothing is to be concluded. */
    Optional<Boolean> verdict() {
        return verdict;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@code keep}, {@code resolve} or {@code fire}; throws {@link IllegalArgumentException} that says so. */
    public static NoData parse(String text) {
        return Arrays.stream(values())
                .filter(one -> one.label().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be keep, resolve or fire: \"" + text + "\""));
    }
}
