package network.litewatch.probe.http;

import java.util.Optional;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;

/** What came of a request: an answer of any status, or none that is whole. */
public sealed interface HttpResult permits HttpResponse, HttpFailure {
    /** How far the exchange got, and how long each stretch took. */
    WireTrace trace();

    /** Why a route gave nothing to read, with {@code path} in front; empty for a success. */
    default Optional<Outcome> refusal(String path) {
        if (this instanceof HttpFailure failure) {
            Outcome plain = failure.outcome();
            return Optional.of(new Outcome(plain.kind(), plain.reason(), path + ": " + plain.detail()));
        }
        HttpResponse response = (HttpResponse) this;
        if (response.isSuccess()) {
            return Optional.empty();
        }
        String detail = path + " answered HTTP " + response.status();
        return Optional.of(
                switch (response.status()) {
                    case 401, 403 -> Outcome.failed(Reason.UNAUTHORIZED, detail);
                    case 429 -> Outcome.inconclusive(Reason.RATE_LIMITED, detail);
                    default -> Outcome.failed(Reason.HTTP_STATUS, detail);
                });
    }
}
