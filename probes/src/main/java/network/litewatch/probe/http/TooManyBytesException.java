package network.litewatch.probe.http;

import java.io.IOException;
import java.io.Serial;

/** The server sent more than we were willing to read. */
final class TooManyBytesException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    TooManyBytesException(String message) {
        super(message);
    }
}
