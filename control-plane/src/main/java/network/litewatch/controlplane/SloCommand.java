package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.config.Placeholders;
import org.jspecify.annotations.Nullable;

/** {@code slo}: how every SLO of a running service stands, from its API. */
final class SloCommand extends Command {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "LITEWATCH_TOKEN";
    private static final int UNAUTHORIZED = 401;
    private static final int OK = 200;

    private final Placeholders placeholders;
    private final Placeholders.Lookup environment;
    private final PrintStream out;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    SloCommand(Placeholders placeholders, Placeholders.Lookup environment, PrintStream out) {
        super("slo", "prints objective, budget left, burn, interval and sample size of every SLO of a running service");
        this.placeholders = placeholders;
        this.environment = environment;
        this.out = out;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("config")
                .nargs("?")
                .setDefault("")
                .help("configuration whose node.publicUrl is asked (default: control-plane/config/litewatch.yml)");
        parser.addArgument("--url").setDefault("").help("base URL of the service, instead of the configuration's");
        parser.addArgument("--token-file")
                .setDefault("")
                .help("file with a viewer's token (default: the environment variable " + TOKEN + ", or none)");
        parser.addArgument("--network").setDefault("").help("only SLOs of this network");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        String base = base(bootstrap, arguments);
        String token = token(arguments.getString("token_file"));
        String network = arguments.getString("network");
        List<JsonNode> slos = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            JsonNode page = get(base, "/api/v1/slos?limit=500" + (cursor == null ? "" : "&cursor=" + cursor), token);
            page.path("items").forEach(item -> {
                if (network.isEmpty() || network.equals(item.path("network").asText())) {
                    slos.add(item);
                }
            });
            cursor = page.hasNonNull("next") ? page.path("next").asText() : null;
        } while (cursor != null);
        print(slos);
    }

    private String base(Bootstrap<?> bootstrap, Namespace arguments) {
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
        return url.replaceFirst("/+$", "");
    }

    private String token(String file) throws IOException {
        return file.isEmpty()
                ? Objects.requireNonNullElse(environment.get(TOKEN), "")
                : Files.readString(Path.of(file)).strip();
    }

    private JsonNode get(String base, String path, String token) throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer;
        try {
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("no service answers at " + base + " ("
                    + Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName())
                    + "); start it with litewatch up, or name it with --url");
        }
        if (answer.statusCode() == UNAUTHORIZED) {
            throw new IllegalStateException(
                    base + " wants a viewer's token: set " + TOKEN + ", or name a file with --token-file");
        }
        if (answer.statusCode() != OK) {
            throw new IllegalStateException(base + " answers HTTP " + answer.statusCode() + " for SLOs");
        }
        try {
            JsonNode page = JSON.readTree(answer.body());
            if (page.path("items").isArray()) {
                return page;
            }
        } catch (IOException e) {
            // Said below, as of an answer that is JSON and something else.
        }
        throw new IllegalStateException(base + " does not answer as Litewatch does");
    }

    private void print(List<JsonNode> slos) {
        if (slos.isEmpty()) {
            out.println("no SLOs: none in alert-rules/slo/, or nothing that they are about is probed");
            out.flush();
            return;
        }
        for (JsonNode slo : slos) {
            String about = slo.hasNonNull("target")
                    ? slo.path("target").asText() + " (" + slo.path("network").asText() + ")"
                    : slo.path("network").asText();
            out.printf(Locale.ROOT, "%s  %s%n", slo.path("slo").asText(), about);
            out.printf(
                    Locale.ROOT,
                    "  objective    %s %% over %s, %s (%s)%n",
                    percent(slo.path("objective").asDouble()),
                    slo.path("window").asText(),
                    slo.path("budgeting").asText().toLowerCase(Locale.ROOT),
                    slo.path("origin").asText("no origin given"));
            out.printf(
                    Locale.ROOT,
                    "  good         %s, %d samples%n",
                    percents(slo.path("good")),
                    slo.path("samples").asLong());
            out.printf(Locale.ROOT, "  budget left  %s%n", percents(slo.path("budgetLeft")));
            if (slo.path("burns").isEmpty()) {
                out.println("  burn         too few samples to say");
            }
            slo.path("burns").forEach(this::burn);
        }
        out.flush();
    }

    private void burn(JsonNode burn) {
        JsonNode rate = burn.path("rate");
        out.printf(
                Locale.ROOT,
                "  burn         %-6s over %s and %s, limit %s: %.2f [%.2f to %.2f] over %s, %.2f over %s, %d samples%s%n",
                burn.path("severity").asText(),
                burn.path("over").path(0).asText(),
                burn.path("over").path(1).asText(),
                burn.path("times").asText(),
                rate.path("value").asDouble(),
                rate.path("low").asDouble(),
                rate.path("high").asDouble(),
                burn.path("longWindow").asText(),
                burn.path("now").path("value").asDouble(),
                burn.path("shortWindow").asText(),
                burn.path("samples").asLong(),
                burn.path("firing").asBoolean() ? "  FIRING" : "");
    }

    private static String percents(JsonNode interval) {
        return interval.isMissingNode()
                ? "not known yet"
                : percent(interval.path("value").asDouble()) + " % ["
                        + percent(interval.path("low").asDouble()) + " to "
                        + percent(interval.path("high").asDouble()) + "]";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.3f", 100 * share).replaceFirst("\\.?0+$", "");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage());
    }
}
