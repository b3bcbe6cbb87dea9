package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.OptionalDouble;

/**
 * Ok and failed among the last {@value #SIZE} runs that count.
 *
 * @param runs how many runs are in the window, 0 to {@value #SIZE}
 * @param failedBits one bit a run, the newest lowest; 1 is failed
 */
public record SuccessWindow(int runs, int failedBits) implements Detector<Boolean, SuccessWindow> {
    public static final int SIZE = 10;
    static final SuccessWindow EMPTY = new SuccessWindow(0, 0);
    private static final int MASK = (1 << SIZE) - 1;

    @Override
    public SuccessWindow step(Boolean ok) {
        return new SuccessWindow(Math.min(SIZE, runs + 1), ((failedBits << 1) | (ok ? 0 : 1)) & MASK);
    }

    /** Share of ok runs, in [0, 1]; empty without runs. */
    @JsonIgnore
    public OptionalDouble ratio() {
        return runs == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((runs - Integer.bitCount(failedBits)) / (double) runs);
    }
}
