package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.gate.GatePlan;
import network.litewatch.controlplane.gate.report.Conditions;

/** Where a gate is run: the parts that it asks, a fault that is planted there, and what the figures hold for. */
final class GatePlace {
    static final String ROUTER = "LAB_ROUTER_URL";
    static final String ELASTICSEARCH = "LITEWATCH_ELASTICSEARCH_URL";
    private static final String TOKEN = "LAB_ROUTER_TOKEN";
    private static final int CREATED = 201;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    private GatePlace() {}

    /** The parts that {@code named} names, by environment variables. */
    static GateRun.Place of(Placeholders.Lookup named) {
        String router = text(named, ROUTER);
        String elasticsearch = text(named, ELASTICSEARCH);
        return new GateRun.Place(
                URI.create((router.isEmpty() ? "http://127.0.0.1:15010" : router).replaceFirst("/+$", "")),
                text(named, TOKEN).isEmpty() ? "lab-router-token" : text(named, TOKEN),
                elasticsearch.isEmpty()
                        ? Optional.empty()
                        : Optional.of(URI.create(elasticsearch.replaceFirst("/+$", ""))));
    }

    private static String text(Placeholders.Lookup named, String name) {
        return Objects.requireNonNullElse(named.get(name), "");
    }

    /** Makes {@code fault} at the lab whose faults are at {@code base}, and gives its id; throws when the lab does not. */
    static String plant(URI base, JsonNode fault) throws InterruptedException {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(base.resolve("/faults"))
                            .timeout(Duration.ofSeconds(10))
                            .POST(HttpRequest.BodyPublishers.ofString(fault.toString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == CREATED) {
                return new ObjectMapper().readTree(answer.body()).path("id").asText();
            }
            throw new IllegalArgumentException("--plant: the lab says: " + answer.body());
        } catch (IOException e) {
            throw new IllegalArgumentException("--plant: no lab answers at " + base + ": " + e.getMessage());
        }
    }

    /** Ends it; what cannot be ended now ends with its lease. */
    static void withdraw(URI base, String fault) throws InterruptedException {
        try {
            var unused = HTTP.send(
                    HttpRequest.newBuilder(base.resolve("/faults/" + fault))
                            .timeout(Duration.ofSeconds(10))
                            .DELETE()
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        } catch (IOException e) {
            System.err.println("the planted fault stays until its lease is over: " + e.getMessage());
        }
    }

    /** What the figures hold for. */
    static Conditions conditions(GatePlan plan, GateRun.Place place) throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        Map<String, String> named = new LinkedHashMap<>();
        named.put(
                "machine",
                runtime.availableProcessors() + " cores, " + System.getProperty("os.name") + " "
                        + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        named.put(
                "load average at the end",
                String.format(
                        Locale.ROOT,
                        "%.2f",
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        named.put("Java", String.valueOf(Runtime.version()));
        named.put("Litewatch", version());
        named.put("git revision", revision());
        place.elasticsearch().ifPresent(elasticsearch -> named.put("Elasticsearch", version(elasticsearch)));
        named.put("router", place.toString());
        named.put("plan SHA-256", plan.digest());
        return new Conditions(named);
    }

    private static String version() {
        String built = GatePlace.class.getPackage().getImplementationVersion();
        return built == null ? "not from its jar" : built;
    }

    private static String version(URI elasticsearch) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    // Not the root: Elasticsearch's minimal distribution has none.
                    HttpRequest.newBuilder(URI.create(elasticsearch + "/_nodes/_local?filter_path=nodes.*.version"))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode version = new ObjectMapper().readTree(answer.body()).findValue("version");
            return version == null ? "unknown" : version.asText();
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }

    /** The commit that this was built from, with a plus where files differ from it; unknown outside of a clone. */
    private static String revision() throws InterruptedException {
        String commit = git("rev-parse", "HEAD");
        return commit.isEmpty()
                ? "unknown"
                : commit + (git("status", "--porcelain").isEmpty() ? "" : "+");
    }

    private static String git(String... arguments) throws InterruptedException {
        java.util.ArrayList<String> command =
                new java.util.ArrayList<>(List.of("git", "-C", System.getProperty("litewatch.root", ".")));
        command.addAll(List.of(arguments));
        try {
            Process git = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? said : "";
        } catch (IOException e) {
            return "";
        }
    }
}
