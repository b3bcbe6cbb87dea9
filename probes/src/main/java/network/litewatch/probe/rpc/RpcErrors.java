package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
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
 * <p>Eight classes, after eRPC's: client, rate limit, billing, missing data, range, unsupported, node fault, transport. Only
 * the last two say that the RPC is unhealthy and are failures; the others say something of our question or of our plan with
 * its provider, and are inconclusive. Codes alone do not tell: -32005 is a rate limit at one provider and a range limit at
 * another, and a node may wrap a whole 429 of its upstream in a -32000. So words decide first, in the order of {@link #WORDS}.
 */
public final class RpcErrors {
    private record Words(Pattern pattern, Reason reason) {}

    // The first that matches decides: a range limit also says "exceeded", a rate limit also says "upgrade your
    // account".
    private static final List<Words> WORDS = List.of(
            words(
                    Reason.RATE_LIMITED,
                    "too many requests|rate.?limit|(/| per |/ ?per )?sec(ond)?\\b.*\\b(limit|capacity|reached)|limited to [\\d,]+/sec"
                            + "|\\brps\\b|requests? (per|limit)|compute units|throughput|throttl|daily (request|quota)"),
            words(
                    Reason.BILLING,
                    "monthly|billing|payment|unpaid|free.?tier|free plan|(out of|no) (credits?|quota)|subscription|upgrade your (tier|plan|account)"),
            words(
                    Reason.RANGE_LIMIT,
                    "block.?range|blocks? range|range is too|ranges? over|limited to a [\\d,]+ range|range [\\d,]+ exceeds|maximum range"
                            + "|more than [\\d,]+ results|response size|response is too (big|large)|too many (logs|results)|query timeout"),
            words(
                    Reason.MISSING_DATA,
                    "missing trie node|header not found|(unknown|missing) block|block( with id)?:? ?\\S* not found|block not (found|available)"
                            + "|historical (state|data)|state .*(not |un)available|no state available|world state|pruned|pruning"
                            + "|resource not found|could not find block|cannot find (block|header)"),
            words(
                    Reason.UNSUPPORTED,
                    "method not found|does not exist/is not available|unsupported method|method not (supported|allowed)|not whitelisted"
                            + "|method .*(is )?(disabled|not available|not enabled|not supported)|unknown method"),
            words(
                    Reason.REQUEST_REFUSED,
                    "revert|invalid (argument|params|request|address|block|hex)|out of gas|gas (limit|required)|intrinsic gas|nonce too"
                            + "|insufficient funds|already known|underpriced|batch|specify an address|parse error|unknown tag"),
            // "context deadline exceeded" is Go for a time-out inside of the node.
            words(Reason.RATE_LIMITED, "(?<!deadline )exceeded|quota|over capacity|capacity limit"));

    // EIP-1474 "limit exceeded", and what Erigon, QuickNode and several gateways use for it.
    private static final Set<Integer> LIMIT_CODES = Set.of(-32005, -32007, -32012, -32016, -32029, -32097, 429);
    // EIP-1474 "method not supported", and JSON-RPC's own.
    private static final Set<Integer> UNSUPPORTED_CODES = Set.of(-32004, -32601);
    // Parse error, invalid request, invalid params; 3 is a revert.
    private static final Set<Integer> CLIENT_CODES = Set.of(-32700, -32600, -32602, 3);
    private static final int RANGE_CODE = -32614;

    private RpcErrors() {}

    private static Words words(Reason reason, String pattern) {
        return new Words(Pattern.compile(pattern), reason);
    }

    /** The outcome that a status other than 2xx means; empty for 2xx. */
    public static Optional<Outcome> ofStatus(HttpResponse response) {
        if (response.isSuccess()) {
            return Optional.empty();
        }
        int status = response.status();
        // What the body says is more exact: 413 may be a range limit, 429 an unpaid bill.
        Optional<Outcome> said = response.json()
                .filter(body -> body.path("error").isObject())
                .map(body -> ofError(body.path("error")))
                .filter(outcome -> outcome.reason() != Reason.RPC_ERROR && outcome.reason() != Reason.REQUEST_REFUSED);
        return said.or(() -> Optional.of(ofBareStatus(status)));
    }

    private static Outcome ofBareStatus(int status) {
        return switch (status) {
            case 429 -> Outcome.inconclusive(Reason.RATE_LIMITED, "HTTP 429");
            case 402 -> Outcome.inconclusive(Reason.BILLING, "HTTP 402");
            case 401, 403 -> Outcome.inconclusive(Reason.UNAUTHORIZED, "HTTP " + status);
            default -> {
                String redirected = status >= 300 && status < 400 ? ", redirects are not followed" : "";
                yield Outcome.failed(Reason.HTTP_STATUS, "HTTP " + status + redirected);
            }
        };
    }

    /** The outcome that a JSON-RPC error object means. */
    public static Outcome ofError(JsonNode error) {
        return ofError(error.path("code").asInt(0), error.path("message").asText(""));
    }

    static Outcome ofError(int code, String message) {
        Reason reason = reason(code, message);
        String detail = "JSON-RPC error " + code + ": " + UntrustedText.clean(message, 200);
        return reason == Reason.RPC_ERROR ? Outcome.failed(reason, detail) : Outcome.inconclusive(reason, detail);
    }

    private static Reason reason(int code, String message) {
        // Bounded: the words that matter come early, and a pattern must not work through a megabyte of a stranger's.
        String lower = message.substring(0, Math.min(message.length(), 1_000)).toLowerCase(Locale.ROOT);
        for (Words words : WORDS) {
            if (words.pattern().matcher(lower).find()) {
                return words.reason();
            }
        }
        if (LIMIT_CODES.contains(code)) {
            return Reason.RATE_LIMITED;
        }
        if (code == RANGE_CODE) {
            return Reason.RANGE_LIMIT;
        }
        if (UNSUPPORTED_CODES.contains(code)) {
            return Reason.UNSUPPORTED;
        }
        return CLIENT_CODES.contains(code) ? Reason.REQUEST_REFUSED : Reason.RPC_ERROR;
    }
}
