package network.litewatch.lab.slack;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import org.jspecify.annotations.Nullable;

/** One call of the Web API, whichever way its arguments came: query, form or JSON. Immutable. */
record SlackCall(String method, String token, ObjectNode arguments) {

    private static final String BEARER = "Bearer ";

    /** Reads the call of {@code method}. */
    static SlackCall of(String method, Exchange exchange) throws IOException {
        ObjectNode arguments = Json.object();
        decodeForm(exchange.rawQuery(), arguments);
        String type = exchange.header("Content-Type");
        if (type != null && type.startsWith("application/json")) {
            if (exchange.json() instanceof ObjectNode body) {
                arguments.setAll(body);
            }
        } else {
            decodeForm(new String(exchange.body(), StandardCharsets.UTF_8), arguments);
        }
        String authorization = exchange.header("Authorization");
        String token = authorization != null && authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length())
                : arguments.path("token").asText("");
        return new SlackCall(method, token, arguments);
    }

    /** A text argument, or the empty text. */
    String text(String name) {
        return arguments.path(name).asText("");
    }

    /** Whether an argument says true, 1 or the like. */
    boolean flag(String name) {
        return text(name).equals("true") || text(name).equals("1");
    }

    /**
     * An argument that is JSON: as it is, or written in a text, as forms have it. The missing node when it is not given.
     *
     * @throws JacksonException when the text is not JSON
     */
    JsonNode tree(String name) throws JacksonException {
        JsonNode value = arguments.path(name);
        if (!value.isTextual()) {
            return value.isNull() ? MissingNode.getInstance() : value;
        }
        return value.asText().isBlank() ? MissingNode.getInstance() : Json.MAPPER.readTree(value.asText());
    }

    private static void decodeForm(@Nullable String form, ObjectNode into) {
        if (form == null || form.isEmpty()) {
            return;
        }
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                into.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
    }

    private static String decode(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return encoded; // a stray percent sign: taken as it is
        }
    }
}
