package network.litewatch.controlplane.assess;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Equal to every memory that holds nothing: by this, a checkpoint leaves out what a series of its kind never remembers. Most of a
 * state is that, and it is written with every run.
 */
final class Forgotten {
    private static final List<Object> NOTHING = List.of(
            SpeedReference.EMPTY,
            Anchors.NONE,
            FeeReference.EMPTY,
            PushSilence.NONE,
            LogsRanges.NONE,
            TransactionTimes.NONE,
            PostingWait.NONE,
            Reverts.NONE,
            Claims.NONE,
            Health.NONE,
            CanaryMemory.NONE,
            DriftMemory.NONE,
            Reconciled.NONE);

    // Jackson asks the filter whether it equals a value, and puts it into no set.
    @Override
    @SuppressWarnings({"EqualsWhichDoesntCheckParameterClass", "EqualsUnsafeCast", "ReferenceEquality"})
    public boolean equals(@Nullable Object value) {
        for (Object nothing : NOTHING) {
            if (nothing == value) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
