package network.litewatch.lab.http;

/** A request that cannot be served; its message goes to the caller. */
public final class BadRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** An HTTP status of 400 to 599 and what is wrong, for the caller's eyes. */
    public BadRequest(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status to answer with. */
    public int status() {
        return status;
    }
}
