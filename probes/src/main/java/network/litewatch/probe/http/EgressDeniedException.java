package network.litewatch.probe.http;

import java.io.Serial;
import java.net.UnknownHostException;

/** The policy forbids the address. An {@link UnknownHostException} because OkHttp's resolver may throw no other. */
final class EgressDeniedException extends UnknownHostException {
    @Serial
    private static final long serialVersionUID = 1L;

    EgressDeniedException(String message) {
        super(message);
    }
}
