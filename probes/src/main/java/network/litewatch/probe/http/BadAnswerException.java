package network.litewatch.probe.http;

import java.io.Serial;
import java.net.ProtocolException;

/** The server's answer is none; the message says why in our words. */
final class BadAnswerException extends ProtocolException {
    @Serial
    private static final long serialVersionUID = 1L;

    BadAnswerException(String message) {
        super(message);
    }
}
