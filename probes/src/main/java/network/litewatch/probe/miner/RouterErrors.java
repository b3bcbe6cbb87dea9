package network.litewatch.probe.miner;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;
import network.litewatch.probe.http.UntrustedText;

/** Recognises the error shapes of routers, of which several builds are about. Pure. */
final class RouterErrors {
    // The shapes carry no code, so who is at fault has to be read from the words.
    private static final Pattern MINER_WORDS = Pattern.compile(
            "(?i)\\b(miners?|nodes?|workers?|inference|pre-?commit(ted)?|llm|task (timed|failed|expired|was not))\\b");
    // ... and these name what stands between us and the miner, whatever else the sentence mentions.
    private static final Pattern PATH_WORDS =
            Pattern.compile("(?i)\\b(rpc|nonce|insufficient funds|gas|unauthorized|authorization|rate limit)\\b");

    private RouterErrors() {}

    /**
     * The message of {@code {error:{message}}}, {@code {error:string}} or {@code {message:string}}, cleaned, at most 200
     * characters; empty if {@code body} is no error.
     */
    static Optional<String> message(JsonNode body) {
        JsonNode error = body.path("error");
        if (error.isObject()) {
            return Optional.of(clean(error.path("message").asText("error without message")));
        }
        if (error.isTextual()) {
            return Optional.of(clean(error.asText()));
        }
        if (body.path("message").isTextual() && !body.has("choices")) {
            return Optional.of(clean(body.path("message").asText()));
        }
        return Optional.empty();
    }

    /** Whether {@code message} says that the miner, not the router or the chain beneath it, failed. */
    static boolean blamesMiner(String message) {
        return MINER_WORDS.matcher(message).find()
                && !PATH_WORDS.matcher(message).find();
    }

    private static String clean(String message) {
        return UntrustedText.clean(message, 200);
    }
}
