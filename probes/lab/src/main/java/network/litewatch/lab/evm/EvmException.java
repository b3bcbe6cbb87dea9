package network.litewatch.lab.evm;

/** A node did not do what it was asked to: not reached, refused, or reverted. */
public final class EvmException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What was asked and what went wrong. */
    public EvmException(String message) {
        super(message);
    }

    /** What was asked, what went wrong, and its cause. */
    public EvmException(String message, Throwable cause) {
        super(message, cause);
    }
}
