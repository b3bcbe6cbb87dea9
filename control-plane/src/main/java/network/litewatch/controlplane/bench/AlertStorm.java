package network.litewatch.controlplane.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import network.litewatch.controlplane.embedded.Child;

/**
 * Many alerts at once through the whole service into the lab's Slack: what people see of them, how soon a critical one among them is
 * there, and whether anything is missing.
 */
final class AlertStorm {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ALERTS = 10_000;
    private static final int GROUPS = 50;
    private static final int BATCH = 100;
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Duration CRITICAL_WITHIN = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final PrintStream out;
    private final Clock clock;
    private final ServiceOrder order;
    private final Path home;
    private final AlertsLink link;

    AlertStorm(PrintStream out, Clock clock, ServiceOrder order, Path home) {
        this.out = out;
        this.clock = clock;
        this.order = order;
        this.home = home;
        this.link = new AlertsLink(order);
    }

    /** One message of the channel, as it is now. */
    private record Seen(Instant at, String text, String all) {}

    boolean run() throws Exception {
        TreeMap<String, String> environment = new TreeMap<>(order.environment());
        environment.put(
                "LITEWATCH_PARENT", Long.toString(ProcessHandle.current().pid()));
        List<String> command = new ArrayList<>(order.program());
        command.addAll(List.of("server", order.config().toString()));
        try (Child service = Child.start("service", command, environment, home.resolve("service.log"))) {
            awaitService(service);
            out.printf(
                    Locale.ROOT,
                    "%d alerts in %d s over %d groups, a critical one in the middle; service with -Xmx512m%n",
                    ALERTS,
                    WITHIN.toSeconds(),
                    GROUPS);
            Instant critical = send(true);
            Instant sent = clock.instant();
            boolean told = await(service, () -> storm().size() == GROUPS + 1 && firing() == ALERTS + 1);
            Instant out1 = clock.instant();
            List<Seen> messages = storm();
            long firing = firing();
            long queryable = count("/api/v2/alerts?filter=job%3D%22storm%22");
            int calls = mostCallsInASecond();
            send(false);
            boolean ended =
                    await(service, () -> storm().stream().allMatch(m -> m.text().startsWith("[RESOLVED]")));
            return report(new Figures(
                    critical, sent, out1, messages, firing, queryable, calls, told, ended, clock.instant()));
        }
    }

    private record Figures(
            Instant critical,
            Instant sent,
            Instant told,
            List<Seen> messages,
            long firing,
            long queryable,
            int calls,
            boolean allTold,
            boolean allEnded,
            Instant ended) {}

    private boolean report(Figures f) throws Exception {
        Duration page = f.messages().stream()
                .filter(message -> message.all().contains("StormCritical"))
                .map(message -> Duration.between(f.critical(), message.at()))
                .findFirst()
                .orElse(PATIENCE);
        boolean kept = true;
        out.println();
        out.println("| promise | figure | kept |");
        out.println("|---|---|---|");
        kept &= row("all are queryable", f.queryable() + " of " + (ALERTS + 1), f.queryable() == ALERTS + 1);
        kept &= row(
                "one message an incident, which says how many fire",
                f.messages().size() + " messages of " + (GROUPS + 1) + ", " + f.firing() + " fire by them",
                f.allTold() && f.messages().size() == GROUPS + 1);
        kept &= row("at most one call a second to the channel", f.calls() + " in any second", f.calls() <= 1);
        kept &= row(
                "the critical one is there within 10 s, during the storm",
                seconds(page),
                page.compareTo(CRITICAL_WITHIN) <= 0);
        kept &= row(
                "all end, and all messages say so",
                storm().stream().filter(m -> m.text().startsWith("[RESOLVED]")).count() + " of " + (GROUPS + 1),
                f.allEnded());
        out.printf(
                Locale.ROOT,
                "%nall messages were out and up to date %s after the last alert was sent%n",
                seconds(Duration.between(f.sent(), f.told())));
        out.flush();
        return kept;
    }

    private boolean row(String promise, String figure, boolean kept) {
        out.println("| " + promise + " | " + figure + " | " + (kept ? "yes" : "NO") + " |");
        return kept;
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }

    /** Sends all of them, evenly, as firing or as ended; returns when the critical one was sent. */
    private Instant send(boolean fires) throws Exception {
        long begun = System.nanoTime();
        Instant starts = clock.instant().minusSeconds(1);
        Instant critical = starts;
        int batches = ALERTS / BATCH;
        for (int batch = 0; batch < batches; batch++) {
            long due = begun + WITHIN.toNanos() * batch / batches;
            LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
            if (batch == batches / 2) {
                critical = clock.instant();
                ArrayNode one = JSON.createArrayNode();
                add(one, "StormCritical", "n-critical", "t-0", "critical", fires);
                link.post(one);
            }
            ArrayNode alerts = JSON.createArrayNode();
            for (int i = 0; i < BATCH; i++) {
                int number = batch * BATCH + i;
                add(alerts, "Storm", "n-" + number % GROUPS, "t-" + number, "warning", fires);
            }
            link.post(alerts);
        }
        return critical;
    }

    private void add(ArrayNode to, String name, String network, String target, String severity, boolean fires) {
        Instant now = clock.instant();
        var alert = to.addObject();
        alert.put("startsAt", now.minusSeconds(fires ? 0 : 60).toString());
        alert.put("endsAt", fires ? now.plusSeconds(3_600).toString() : now.toString());
        alert.putObject("labels")
                .put("alertname", name)
                .put("job", "storm")
                .put("network", network)
                .put("instance", target)
                .put("severity", severity);
        alert.putObject("annotations").put("summary", name + " of " + target);
    }

    /** The storm's messages as they are now. */
    private List<Seen> storm() throws IOException, InterruptedException {
        List<Seen> seen = new ArrayList<>();
        for (JsonNode message : link.messages()) {
            if (!message.has("thread_ts") && message.toString().contains("Storm")) {
                seen.add(new Seen(
                        at(message.path("ts").asText()), message.path("text").asText(), message.toString()));
            }
        }
        return seen;
    }

    /** How many alerts fire by what the messages say. */
    private long firing() throws IOException, InterruptedException {
        long firing = 0;
        for (Seen message : storm()) {
            int at = message.all().indexOf(" firing, ");
            int from = message.all().lastIndexOf('(', Math.max(0, at));
            boolean one = at < 0 && !message.text().startsWith("[RESOLVED]");
            firing += one ? 1 : at < 0 ? 0 : Long.parseLong(message.all().substring(from + 1, at));
        }
        return firing;
    }

    /** Posts and edits, those of threads too, in the fullest second; half a tenth is taken off for the way there. */
    private int mostCallsInASecond() throws IOException, InterruptedException {
        List<Instant> calls = new ArrayList<>();
        for (JsonNode message : link.messages()) {
            calls.add(at(message.path("ts").asText()));
            message.path("edits").forEach(edit -> calls.add(at(edit.path("ts").asText())));
        }
        calls.sort(null);
        int most = 0;
        for (int first = 0, last = 0; last < calls.size(); last++) {
            while (Duration.between(calls.get(first), calls.get(last)).toMillis() >= 950) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    private static Instant at(String ts) {
        String[] parts = ts.split("\\.", -1);
        return Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1]) * 1_000);
    }

    private long count(String path) throws IOException, InterruptedException {
        return link.get(path).size();
    }

    private interface Question {
        boolean holds() throws IOException, InterruptedException;
    }

    private boolean await(Child service, Question question) throws Exception {
        Instant end = clock.instant().plus(PATIENCE);
        while (clock.instant().isBefore(end)) {
            if (question.holds()) {
                return true;
            }
            alive(service);
            TimeUnit.MILLISECONDS.sleep(250);
        }
        return false;
    }

    private void awaitService(Child service) throws Exception {
        boolean there = await(service, link::answers);
        if (!there) {
            throw new IOException("the service did not start within " + PATIENCE.toMinutes() + " min; see " + home);
        }
    }

    private void alive(Child service) throws IOException {
        if (!service.isAlive()) {
            throw new IOException("the service has ended; see " + home.resolve("service.log"));
        }
    }
}
