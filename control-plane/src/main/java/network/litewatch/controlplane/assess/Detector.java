package network.litewatch.controlplane.assess;

/**
 * A judgement that grows with every sample: an immutable value that knows its own next state. Drift detectors are of this
 * shape too. Implementations are records, so that a checkpoint is the value itself.
 *
 * @param <S> what it is fed
 * @param <D> itself
 */
public interface Detector<S, D extends Detector<S, D>> {
    /** The state after {@code sample}; deterministic, and the receiver stays as it was. */
    D step(S sample);
}
