package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.config.Placeholders;
import org.jspecify.annotations.Nullable;

/** The API of a running service, for commands that ask it. */
final class ServiceApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "LITEWATCH_TOKEN";
    private static final int UNAUTHORIZED = 401;
    private static final int UNAVAILABLE = 503;
    private static final int FORBIDDEN = 403;
    private static final int OK = 200;

    private static final int TRIES = 12;

    private final String base;
    private final String token;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    private ServiceApi(String base, String token) {
        this.base = base;
        this.token = token;
    }

    /** Adds the arguments that say which service is asked; {@code whose} token, as {@code a viewer's}. */
    static void configure(Subparser parser, String whose) {
        parser.addArgument("config")
                .nargs("?")
                .setDefault("")
                .help("configuration whose node.publicUrl is asked (default: control-plane/config/litewatch.yml)");
        parser.addArgument("--url").setDefault("").help("base URL of the service, instead of the configuration's");
        parser.addArgument("--token-file")
                .setDefault("")
                .help("file with " + whose + " token (default: the environment variable " + TOKEN + ", or none)");
    }

    /** The service that {@code arguments} name. Throws {@link IllegalArgumentException} that says what is wrong with them. */
    static ServiceApi of(
            Bootstrap<?> bootstrap, Namespace arguments, Placeholders placeholders, Placeholders.Lookup environment)
            throws IOException {
        String url = arguments.getString("url");
        if (url.isEmpty()) {
            List<String> errors = new ArrayList<>();
            ControlPlaneConfiguration config = CheckCommand.read(
                    bootstrap, CheckCommand.configFile(arguments.getString("config")), placeholders, errors);
            if (config == null) {
                throw new IllegalArgumentException(String.join("\n", errors));
            }
            url = config.node().publicUrl();
        }
        if (!url.matches("https?://[^/?#@\\s]+(/[^?#@\\s]*)?")) {
            throw new IllegalArgumentException(
                    "--url must be as http://127.0.0.1:8080, without a name, password or query");
        }
        String file = arguments.getString("token_file");
        String token = file.isEmpty()
                ? Objects.requireNonNullElse(environment.get(TOKEN), "")
                : Files.readString(Path.of(file)).strip();
        return new ServiceApi(url.replaceFirst("/+$", ""), token);
    }

    /** A service on this machine that wants no token. */
    static ServiceApi local(int port) {
        return new ServiceApi("http://127.0.0.1:" + port, "");
    }

    /** What is at {@code path}. Throws as {@link #each}. */
    JsonNode get(String path, String whose) throws InterruptedException {
        return read(send(HttpRequest.newBuilder(URI.create(base + path)).GET(), path, whose));
    }

    /**
     * As {@link #get}, asked again for a minute while no service answers, or its stores are away: what runs for minutes must not end with
     * one slow answer.
     */
    JsonNode getPatiently(String path, String whose) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return get(path, whose);
            } catch (Unanswered e) {
                again(e, tries);
            }
        }
    }

    /** As {@link #post}, again for a minute while the service says that its stores are away. Where nothing came back it may have been done. */
    JsonNode postPatiently(String path, String json, String whose) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return post(path, json, whose);
            } catch (Unavailable e) {
                again(e, tries);
            }
        }
    }

    private static void again(Unanswered why, int tries) throws InterruptedException {
        if (tries == TRIES) {
            throw why;
        }
        TimeUnit.SECONDS.sleep(5);
    }

    /** Nothing came back, or that it cannot be said now. */
    private static class Unanswered extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Unanswered(String message) {
            super(message);
        }
    }

    /** The service answers, and cannot do it now. */
    private static final class Unavailable extends Unanswered {
        private static final long serialVersionUID = 1;

        Unavailable(String message) {
            super(message);
        }
    }

    /** What comes of posting {@code json} to {@code path}. Throws as {@link #each}. */
    JsonNode post(String path, String json, String whose) throws InterruptedException {
        return read(send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)),
                path,
                whose));
    }

    /** What comes of deleting what is at {@code path}. Throws as {@link #each}. */
    JsonNode delete(String path, String whose) throws InterruptedException {
        return read(send(HttpRequest.newBuilder(URI.create(base + path)).DELETE(), path, whose));
    }

    /** {@code text} as one segment of a path, whatever is in it. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace(".", "%2E");
    }

    /** Every item of the list at {@code path}, page by page. Throws {@link IllegalStateException} that says what to do. */
    void each(String path, String whose, Consumer<JsonNode> items) throws InterruptedException {
        @Nullable String cursor = null;
        do {
            String more = cursor == null ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
            JsonNode page = page(path + (path.contains("?") ? "&" : "?") + "limit=500" + more, whose);
            page.path("items").forEach(items);
            cursor = page.hasNonNull("next") ? page.path("next").asText() : null;
        } while (cursor != null);
    }

    private JsonNode page(String path, String whose) throws InterruptedException {
        JsonNode page = get(path, whose);
        if (page.path("items").isArray()) {
            return page;
        }
        throw new IllegalStateException(base + " does not answer as Litewatch does");
    }

    private String send(HttpRequest.Builder request, String path, String whose) throws InterruptedException {
        request.timeout(Duration.ofSeconds(20));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer;
        try {
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new Unanswered("no service answers at " + base + " ("
                    + Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName())
                    + "); start it with litewatch up, or name it with --url");
        }
        if (answer.statusCode() == UNAUTHORIZED || answer.statusCode() == FORBIDDEN) {
            throw new IllegalStateException(
                    base + " wants " + whose + " token: set " + TOKEN + ", or name a file with --token-file");
        }
        if (answer.statusCode() != OK) {
            String said = base + " answers HTTP " + answer.statusCode() + " for " + path.replaceFirst("\\?.*", "")
                    + reason(answer.body());
            throw answer.statusCode() == UNAVAILABLE ? new Unavailable(said) : new IllegalStateException(said);
        }
        return answer.body();
    }

    /** What the service says is wrong, where it says it as Litewatch does. */
    private static String reason(String body) {
        try {
            String message = JSON.readTree(body).path("message").asText("");
            return message.isEmpty() ? "" : ": " + message;
        } catch (IOException e) {
            return "";
        }
    }

    private JsonNode read(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new IllegalStateException(base + " does not answer as Litewatch does");
        }
    }
}
