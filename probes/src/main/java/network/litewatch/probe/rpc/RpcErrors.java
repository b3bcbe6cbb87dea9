package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.UntrustedText;

/**
 * What the errors of RPC providers mean. Pure.
 *
 * <p>Being throttled or out of credit says nothing of the RPC's health, only of our plan with its provider, so it is
 * inconclusive (eRPC's default policy counts it apart from errors for the same reason).
 */
public final class RpcErrors {
    // EIP-1474 "limit exceeded", and what Erigon and several gateways use for it.
    private static final Set<Integer> LIMIT_CODES = Set.of(-32005, -32016, 429);
    private static final Pattern LIMIT_WORDS =
            Pattern.compile("rate.?limit|too many requests|exceeded|quota|throttl|payment required");
    private static final Pattern LARGE_ANSWER = Pattern.compile("response size|block range|gas|timeout|time limit");

    private RpcErrors() {}

    /** The outcome that a status other than 2xx means; empty for 2xx. */
    public static Optional<Outcome> ofStatus(HttpResponse response) {
        if (response.isSuccess()) {
            return Optional.empty();
        }
        int status = response.status();
        if (status == 429 || status == 402) {
            return Optional.of(Outcome.inconclusive(Reason.RATE_LIMITED, "HTTP " + status));
        }
        if (status == 401 || status == 403) {
            return Optional.of(Outcome.failed(Reason.UNAUTHORIZED, "HTTP " + status));
        }
        Optional<Outcome> limited = response.json()
                .filter(body -> body.path("error").isObject())
                .map(body -> ofError(body.path("error")))
                .filter(outcome -> outcome.reason() == Reason.RATE_LIMITED);
        String redirected = status >= 300 && status < 400 ? ", redirects are not followed" : "";
        return limited.or(() -> Optional.of(Outcome.failed(Reason.HTTP_STATUS, "HTTP " + status + redirected)));
    }

    /** The outcome that a JSON-RPC error object means. */
    public static Outcome ofError(JsonNode error) {
        return ofError(error.path("code").asInt(0), error.path("message").asText(""));
    }

    static Outcome ofError(int code, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        boolean limited = LIMIT_CODES.contains(code)
                || (LIMIT_WORDS.matcher(lower).find()
                        && !LARGE_ANSWER.matcher(lower).find());
        String detail = "JSON-RPC error " + code + ": " + UntrustedText.clean(message, 200);
        return limited ? Outcome.inconclusive(Reason.RATE_LIMITED, detail) : Outcome.failed(Reason.RPC_ERROR, detail);
    }
}
