package network.litewatch.controlplane.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
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
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import network.litewatch.controlplane.embedded.Child;
import org.jspecify.annotations.Nullable;

/**
 * The whole service killed again and again (SIGKILL) while alerts begin and end and Slack answers late: whether people miss anything, or
 * see it twice. Whoever sends the alerts does as Prometheus does: again and again, until they are accepted.
 */
final class AlertCrashes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Every post is out that long before the service hears of it: what is killed then must be found again. */
    private static final Duration SLACK_DELAY = Duration.ofMillis(600);

    private static final long UP_MILLIS = 3_000;
    private static final int ONE_IN = 5;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService killer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "killer"));
    private final PrintStream out;
    private final Clock clock;
    private final ServiceOrder order;
    private final Path home;
    private final AlertsLink link;
    private final RandomGenerator random;

    private final Map<String, Life> lives = new LinkedHashMap<>();
    private long startMillis;
    private int killedStarting;

    AlertCrashes(PrintStream out, Clock clock, ServiceOrder order, Path home, long seed) {
        this.out = out;
        this.clock = clock;
        this.order = order;
        this.home = home;
        this.link = new AlertsLink(order);
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** An alert as its sender has it: {@code ended} null while it fires; {@code accepted} is said of the newest of both. */
    private record Life(Instant started, @Nullable Instant ended, boolean accepted) {
        Life accept() {
            return new Life(started, ended, true);
        }
    }

    boolean run(int runs, long seed) throws Exception {
        out.printf(
                Locale.ROOT,
                "%d times: start, an incident begins, one that was told ends, kill -9; one in %d while it starts, the others within %d s after."
                        + " Slack answers %d ms late; seed %d; the lab is probed meanwhile%n",
                runs,
                ONE_IN,
                UP_MILLIS / 1_000,
                SLACK_DELAY.toMillis(),
                seed);
        try {
            slowSlack();
            ended();
            long began = System.nanoTime();
            for (int run = 1; run <= runs; run++) {
                String name = String.format(Locale.ROOT, "crash-%04d", run);
                lives.put(name, new Life(clock.instant(), null, false));
                killed();
                if (run % 10 == 0 || run == runs) {
                    long left = (System.nanoTime() - began) / run * (runs - run);
                    out.printf(
                            Locale.ROOT,
                            "  %d of %d, %d told; about %d min more%n",
                            run,
                            runs,
                            told().size(),
                            TimeUnit.NANOSECONDS.toMinutes(left));
                }
            }
            settled();
            return report(runs);
        } finally {
            killer.shutdownNow();
        }
    }

    /** A life that ends by itself: what it leaves (tables, and on newer JVMs an archive of classes) makes the others' starts short. */
    private void ended() throws Exception {
        long started = System.nanoTime();
        try (Child service = start()) {
            while (!link.answers()) {
                if (!service.isAlive() || System.nanoTime() - started > PATIENCE.toNanos()) {
                    throw new IOException("the service did not start: " + service.obituary());
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            startMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        }
    }

    /** One life of the service, from its start until it was killed. */
    private void killed() throws Exception {
        try (Child service = start()) {
            boolean starting = random.nextInt(ONE_IN) == 0;
            long started = System.nanoTime();
            Future<?> kill = starting ? killAfter(service, random.nextLong(startMillis)) : null;
            while (service.isAlive()) {
                if (link.answers()) {
                    if (kill == null) {
                        startMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
                        kill = killAfter(service, random.nextLong(UP_MILLIS));
                    }
                    endWhatWasTold();
                    send();
                }
                if (kill == null && System.nanoTime() - started > PATIENCE.toNanos()) {
                    throw new IOException("the service did not start; see " + home.resolve("service.log"));
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            if (kill == null || !kill.isDone()) {
                throw new IOException("the service ended by itself: " + service.obituary());
            }
            killedStarting += starting ? 1 : 0;
        }
    }

    /** A life that is not cut short: what was accepted is told, all ends, and that is told too. */
    private void settled() throws Exception {
        out.println("  no more kills; waiting until all is told");
        try (Child service = start()) {
            Instant patience = clock.instant().plus(PATIENCE).plus(Duration.ofSeconds(3L * lives.size()));
            while (clock.instant().isBefore(patience) && !allEnded()) {
                if (!service.isAlive()) {
                    throw new IOException("the service ended by itself: " + service.obituary());
                }
                if (link.answers()) {
                    endWhatWasTold();
                    send();
                }
                TimeUnit.MILLISECONDS.sleep(250);
            }
        }
    }

    private Child start() throws IOException {
        TreeMap<String, String> environment = new TreeMap<>(order.environment());
        environment.put(
                "LITEWATCH_PARENT", Long.toString(ProcessHandle.current().pid()));
        List<String> command = new ArrayList<>(order.program());
        command.addAll(
                1,
                List.of(
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + home.resolve("classes.jsa")));
        command.addAll(List.of("server", order.config().toString()));
        return Child.start("service", command, environment, home.resolve("service.log"));
    }

    private Future<?> killAfter(Child service, long millis) {
        return killer.schedule(
                () -> {
                    service.kill();
                    return null;
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    private void endWhatWasTold() throws IOException, InterruptedException {
        Map<String, List<JsonNode>> told = told();
        lives.replaceAll((name, life) -> life.accepted() && life.ended() == null && told.containsKey(name)
                ? new Life(life.started(), clock.instant(), false)
                : life);
    }

    /** Sends what is not accepted yet; what gets no answer is sent again. */
    private void send() throws InterruptedException {
        for (Map.Entry<String, Life> entry : lives.entrySet()) {
            if (entry.getValue().accepted()) {
                continue;
            }
            try {
                link.post(alert(entry.getKey(), entry.getValue()));
                entry.setValue(entry.getValue().accept());
            } catch (IOException away) {
                return;
            }
        }
    }

    private static ArrayNode alert(String name, Life life) {
        Instant end = life.ended();
        ArrayNode alerts = JSON.createArrayNode();
        var alert = alerts.addObject();
        alert.put("startsAt", life.started().toString());
        alert.put("endsAt", (end == null ? life.started().plusSeconds(7_200) : end).toString());
        alert.putObject("labels")
                .put("alertname", "Crash")
                .put("job", "crash")
                .put("network", name)
                .put("instance", name)
                .put("severity", "critical");
        alert.putObject("annotations").put("summary", "Crash of " + name);
        return alerts;
    }

    private boolean allEnded() throws IOException, InterruptedException {
        Map<String, List<JsonNode>> told = told();
        return lives.keySet().stream()
                .allMatch(name -> told.getOrDefault(name, List.of()).stream().anyMatch(AlertCrashes::ended));
    }

    /** The messages in the channel, without those of threads, by the incident that they are of. */
    private Map<String, List<JsonNode>> told() throws IOException, InterruptedException {
        Map<String, List<JsonNode>> told = new LinkedHashMap<>();
        for (JsonNode message : link.messages()) {
            String text = message.toString();
            int at = text.indexOf("crash-");
            if (at >= 0 && !message.has("thread_ts")) {
                told.computeIfAbsent(text.substring(at, at + "crash-0000".length()), n -> new ArrayList<>())
                        .add(message);
            }
        }
        return told;
    }

    private static boolean ended(JsonNode message) {
        return message.path("text").asText().startsWith("[RESOLVED]");
    }

    /** Whether a message said that something fires after it had said that it was over. */
    private static boolean firedAfterwards(JsonNode message) {
        List<String> texts = new ArrayList<>();
        message.path("edits").forEach(edit -> texts.add(edit.path("text").asText()));
        texts.add(message.path("text").asText());
        return texts.stream()
                .dropWhile(text -> !text.startsWith("[RESOLVED]"))
                .anyMatch(text -> !text.startsWith("[RESOLVED]"));
    }

    private boolean report(int runs) throws IOException, InterruptedException {
        Map<String, List<JsonNode>> told = told();
        long missed =
                lives.keySet().stream().filter(name -> !told.containsKey(name)).count();
        long twice = told.values().stream().filter(of -> of.size() > 1).count();
        Map<String, Integer> lines = new TreeMap<>();
        link.messages().stream()
                .filter(message -> message.has("thread_ts"))
                .forEach(line -> lines.merge(
                        line.path("thread_ts").asText() + line.path("text").asText(), 1, Integer::sum));
        long linesTwice = lines.values().stream().filter(count -> count > 1).count();
        long afterwards = told.values().stream()
                .flatMap(List::stream)
                .filter(AlertCrashes::firedAfterwards)
                .count();
        long open = lives.keySet().stream()
                .filter(name -> told.getOrDefault(name, List.of()).stream().noneMatch(AlertCrashes::ended))
                .count();
        long found;
        try (Stream<String> log = Files.lines(home.resolve("service.log"))) {
            found = log.filter(line -> line.contains("was out already, and is not told again"))
                    .count();
        }
        out.printf(
                Locale.ROOT,
                "%n%d kills, %d of them while it started; %d incidents; %d times a message was out and not written down, and was found again%n%n",
                runs,
                killedStarting,
                lives.size(),
                found);
        out.println("| promise | broken | kept |");
        out.println("|---|---|---|");
        boolean kept = row("every incident that was accepted has a message", missed);
        kept &= row("no incident has two", twice);
        kept &= row("no line of a thread is there twice", linesTwice);
        kept &= row("no message says that it fires after it said that it was over", afterwards);
        kept &= row("every end that was accepted is told", open);
        out.flush();
        return kept;
    }

    private boolean row(String promise, long broken) {
        out.println("| " + promise + " | " + broken + " | " + (broken == 0 ? "yes" : "NO") + " |");
        return broken == 0;
    }

    private void slowSlack() throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(order.faults() + "/faults"))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"type\":\"slack.slow\",\"target\":\"slack\",\"args\":{\"delay\":\"%dms\"},\"lease\":\"120m\"}"
                                        .formatted(SLACK_DELAY.toMillis())))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IOException("slack.slow: HTTP " + answer.statusCode() + " " + answer.body());
        }
    }
}
