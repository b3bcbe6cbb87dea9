package network.litewatch.controlplane.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import network.litewatch.controlplane.embedded.Child;
import org.jspecify.annotations.Nullable;

/**
 * The whole service against the lab in real time: quiet for half of it, then one miner decodes at 0.7 of its speed and one leaves a
 * tenth of its tasks unanswered. What it says is set beside what its own observations, all of them, say afterwards.
 */
final class DriftDrill {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SLOW = "lab-miner-2";
    private static final String FAILING = "lab-miner-3";
    private static final double SPEED = 0.7;
    private static final double SHARE = 0.1;
    private static final int NEAR = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final PrintStream out;
    private final Clock clock;
    private final ServiceOrder order;
    private final Path home;
    private final Map<String, Instant> named = new TreeMap<>();
    private final Map<String, Map<String, Double>> told = new LinkedHashMap<>();

    DriftDrill(PrintStream out, Clock clock, ServiceOrder order, Path home) {
        this.out = out;
        this.clock = clock;
        this.order = order;
        this.home = home;
    }

    boolean run(Duration length) throws Exception {
        Map<String, String> environment = new LinkedHashMap<>(order.environment());
        environment.put(
                "LITEWATCH_PARENT", Long.toString(ProcessHandle.current().pid()));
        List<String> command = new ArrayList<>(order.program());
        command.addAll(List.of("server", order.config().toString()));
        try (Child service = Child.start("service", command, environment, home.resolve("service.log"))) {
            awaitCanaries(service);
            Instant begun = clock.instant();
            out.println("quiet for " + length.dividedBy(2).toMinutes() + " min");
            watch(service, begun.plus(length.dividedBy(2)));
            Map<String, Instant> early = new TreeMap<>(named);
            Instant wrong = clock.instant();
            String lease = (length.toSeconds() + 600) + "s";
            inject("miner.slow", "miner-2", "{\"factor\":" + 1 / SPEED + "}", lease);
            inject("miner.hang", "miner-3", "{\"share\":" + SHARE + "}", lease);
            out.println(SLOW + " decodes at " + SPEED + " of its speed, " + FAILING + " leaves " + SHARE
                    + " of its tasks unanswered");
            watch(service, begun.plus(length));
            return report(wrong, early, clock.instant());
        }
    }

    private void awaitCanaries(Child service) throws Exception {
        Instant end = clock.instant().plus(PATIENCE);
        while (clock.instant().isBefore(end)) {
            try {
                if (signals(SLOW).containsKey("canary_decode_rate")
                        && signals(FAILING).containsKey("canary_decode_rate")) {
                    return;
                }
            } catch (IOException notYet) {
                // It starts; the end of patience says so.
            }
            alive(service);
            pause();
        }
        throw new IOException("no canary was answered within " + PATIENCE.toMinutes() + " min; see " + home);
    }

    private void watch(Child service, Instant until) throws Exception {
        Instant next = clock.instant();
        while (clock.instant().isBefore(until)) {
            alive(service);
            for (JsonNode alert : get("alerts?state=firing&limit=500").path("items")) {
                String name = alert.path("rule").asText() + " "
                        + alert.path("labels").path("target").asText();
                if (named.putIfAbsent(name, clock.instant()) == null) {
                    out.println("  " + clock.instant() + " fires: " + name);
                }
            }
            told.put(SLOW, signals(SLOW));
            told.put(FAILING, signals(FAILING));
            if (clock.instant().isAfter(next)) {
                out.println("  " + clock.instant() + ", until " + until);
                next = next.plus(Duration.ofMinutes(5));
            }
            pause();
        }
    }

    private boolean report(Instant wrong, Map<String, Instant> early, Instant end) throws Exception {
        List<Run> slow = runs(SLOW);
        List<Run> failing = runs(FAILING);
        double before = median(slow, run -> run.slot().isBefore(wrong));
        double after = median(slow, run -> !run.slot().isBefore(wrong));
        long runs = failing.stream().filter(run -> !run.slot().isBefore(wrong)).count();
        long failed = failing.stream()
                .filter(run -> !run.slot().isBefore(wrong) && !run.ok())
                .count();
        out.println();
        out.println("| what | truth | told | interval (95 %) | found after | began, in samples from the truth |");
        out.println("|---|---|---|---|---|---|");
        boolean one = row(
                new Claim("slower", SLOW, "canary_speed_ratio", "canary_speed_since_seconds", "MinerCanarySlow"),
                slow,
                after / before,
                wrong,
                end);
        boolean other = row(
                new Claim("fails", FAILING, "probe_failed_ratio", "probe_failed_since_seconds", "SuccessDropped"),
                failing,
                (double) failed / Math.max(1, runs),
                wrong,
                end);
        List<String> others = named.keySet().stream()
                .filter(name -> early.containsKey(name) || !(name.endsWith(SLOW) || name.endsWith(FAILING)))
                // A budget that two broken miners spend is nobody's name.
                .filter(name -> !name.startsWith("SloBu"))
                .toList();
        out.println("named wrongly: " + (others.isEmpty() ? "nobody" : String.join(", ", others)));
        out.println("wanted: both found, began within " + NEAR
                + " samples (of failures: between the last sample before the change and " + NEAR
                + " after the first failure), truth inside the interval, nobody else named");
        return one && other && others.isEmpty();
    }

    /** What the service says of a miner: the signals of how far and since when, and the alert. */
    private record Claim(String what, String target, String signal, String since, String alert) {}

    private boolean row(Claim claim, List<Run> runs, double truth, Instant wrong, Instant end) {
        Map<String, Double> now = told.getOrDefault(claim.target(), Map.of());
        @Nullable Instant fired = named.get(claim.alert() + " " + claim.target());
        double low = now.getOrDefault(claim.signal() + "_low", Double.NaN);
        double high = now.getOrDefault(claim.signal() + "_high", Double.NaN);
        Instant began = end.minusMillis(Math.round(1e3 * now.getOrDefault(claim.since(), 0.0)));
        boolean fails = claim.signal().startsWith("probe_failed");
        Instant first = runs.stream()
                .filter(run -> !run.slot().isBefore(wrong) && (!fails || !run.ok()))
                .map(Run::slot)
                .findFirst()
                .orElse(end);
        long off = runs.stream()
                        .filter(run -> run.slot().isBefore(began) != run.slot().isBefore(first))
                        .count()
                * (began.isBefore(first) ? -1 : 1);
        boolean kept = fired != null && low <= truth && truth <= high && Math.abs(off) <= NEAR;
        out.println(String.format(
                Locale.ROOT,
                "| %s %s | %.3f | %.3f | %.3f to %.3f | %s | %s%d |",
                claim.target(),
                claim.what(),
                truth,
                now.getOrDefault(claim.signal(), Double.NaN),
                low,
                high,
                fired == null
                        ? "never"
                        : runs.stream()
                                        .filter(run -> !run.slot().isBefore(first)
                                                && run.slot().isBefore(fired))
                                        .count()
                                + " samples",
                off > 0 ? "+" : "",
                off));
        return kept;
    }

    /** A canary that counts: ok, or failed. */
    private record Run(Instant slot, boolean ok, double rate) {}

    private List<Run> runs(String target) throws IOException, InterruptedException {
        List<Run> runs = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            JsonNode page = get("observations?probe=miner.canary&target=" + target + "&limit=500"
                    + (cursor == null ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8)));
            for (JsonNode item : page.path("items")) {
                JsonNode own = item.path("cortensor");
                String outcome = own.path("outcome").asText();
                if (outcome.equals("ok") || outcome.equals("failed")) {
                    runs.add(new Run(
                            Instant.parse(own.path("slot").asText()),
                            outcome.equals("ok"),
                            own.path("measurements").path("canary_decode_rate").asDouble(Double.NaN)));
                }
            }
            cursor = page.hasNonNull("next") ? page.path("next").asText() : null;
        } while (cursor != null);
        runs.sort(java.util.Comparator.comparing(Run::slot));
        return runs;
    }

    private static double median(List<Run> runs, java.util.function.Predicate<Run> which) {
        double[] rates = runs.stream()
                .filter(which)
                .mapToDouble(Run::rate)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        return rates.length == 0 ? Double.NaN : rates[rates.length / 2];
    }

    private Map<String, Double> signals(String target) throws IOException, InterruptedException {
        Map<String, Double> signals = new TreeMap<>();
        get("targets/" + target)
                .path("probes")
                .path("miner.canary")
                .path("signals")
                .properties()
                .forEach(entry -> signals.put(entry.getKey(), entry.getValue().asDouble()));
        return signals;
    }

    private void inject(String type, String target, String args, String lease)
            throws IOException, InterruptedException {
        String body =
                "{\"type\":\"%s\",\"target\":\"%s\",\"args\":%s,\"lease\":\"%s\"}".formatted(type, target, args, lease);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(order.faults() + "/faults"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IOException(type + ": HTTP " + answer.statusCode() + " " + answer.body());
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + order.apiPort() + "/api/v1/" + path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": HTTP " + answer.statusCode());
        }
        return JSON.readTree(answer.body());
    }

    private static void alive(Child service) throws IOException {
        if (!service.isAlive()) {
            throw new IOException(service.obituary());
        }
    }

    private static void pause() throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
    }
}
