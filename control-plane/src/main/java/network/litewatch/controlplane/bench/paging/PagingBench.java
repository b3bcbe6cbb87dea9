package network.litewatch.controlplane.bench.paging;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import network.litewatch.controlplane.bench.peer.Peer;
import network.litewatch.controlplane.embedded.Child;

/**
 * Faults of the lab, one after the other, watched by our service and by Prometheus with Alertmanager at the same time: how long each
 * takes until its message is in the lab's Slack, by the messages' own stamps.
 *
 * <p>The service begins anew, on an empty database, with each round of faults: within ten minutes a fault that returns is told by an
 * edit of its incident's message, and the third time as flapping.
 */
public final class PagingBench {
    private static final Duration SCRAPE = Duration.ofSeconds(LabPeerFiles.SECONDS);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration LEASE = PATIENCE.multipliedBy(2);
    private static final Duration QUIET_WITHIN = Duration.ofMinutes(5);
    // Alertmanager keeps a group for so long after its end, and a new alert in it waits for the group's interval and
    // not for group_wait.
    private static final Duration GROUP_GONE = Duration.ofSeconds(35);
    // The service's first seconds are of no interest: probes of all kinds start, and classes are loaded.
    private static final Duration WARM_UP = Duration.ofSeconds(20);

    private final PrintStream out;
    private final Clock clock;
    private final PagingOrder order;
    private final Path home;
    private final LabLink lab;
    private final Map<String, Instant> ends = new HashMap<>();

    /** Runs in {@code home}, beside parts that run. */
    public PagingBench(PrintStream out, Clock clock, PagingOrder order, Path home) {
        this.out = out;
        this.clock = clock;
        this.order = order;
        this.home = home;
        this.lab = new LabLink(order);
    }

    /** False when ours missed a fault, or took more than a third of the peer's time. */
    public boolean run() throws Exception {
        RandomGenerator random = new SplittableRandom(order.seed());
        List<List<Planted>> rounds = Planted.rounds(order.faults(), random);
        List<Trial> trials = new ArrayList<>();
        try (Peer peer = Peer.start(home.resolve("peer"), LabPeerFiles.of(order))) {
            conditions(peer);
            for (int round = 0; round < rounds.size(); round++) {
                trials.addAll(round(round + 1, rounds.get(round), peer, random));
            }
        }
        PagingTable table = new PagingTable(trials);
        out.println();
        table.lines().forEach(out::println);
        out.flush();
        return table.kept();
    }

    private void conditions(Peer peer) {
        out.printf(
                Locale.ROOT,
                "%d faults, seed %d: their order, and when in %d s of scraping each begins, are drawn from it%n"
                        + "litewatch: the lab's network file and rules as shipped (rpc.head every 2 s, router.status every 3 s); how many failed runs in"
                        + " a row each rule asks for is in the table of faults; an empty database for each round of %d faults%n"
                        + "theirs: %s; scrape and evaluation every %3$d s, group_wait 0 s, group_interval %3$d s; blackbox asks both RPCs for chain id"
                        + " and head in one POST and the router for its status, with the time-outs of our probes (2 s, 3 s); two rules on"
                        + " probe_success == 0: for: 0s (one failed scrape) and for: 10s (three in a row)%n"
                        + "from the request for the fault until the message by its ts in the lab's Slack; not told within %d s is missed; median and"
                        + " p99 by nearest rank: p99 of a hundred or fewer is the longest%n%n",
                order.faults(),
                order.seed(),
                SCRAPE.toSeconds(),
                Planted.INCIDENTS.size(),
                String.join(", ", peer.versions()),
                PATIENCE.toSeconds());
    }

    private List<Trial> round(int number, List<Planted> faults, Peer peer, RandomGenerator random) throws Exception {
        Map<String, String> environment = new TreeMap<>(order.environment());
        environment.put("LITEWATCH_DATABASE_URL", freshDatabase("round_" + number));
        environment.put(
                "LITEWATCH_PARENT", Long.toString(ProcessHandle.current().pid()));
        List<String> command = new ArrayList<>(order.program());
        command.addAll(List.of("server", order.config().toString()));
        List<Trial> trials = new ArrayList<>();
        try (Child service = Child.start("service", command, environment, home.resolve("service.log"))) {
            awaitQuiet(service, peer);
            TimeUnit.MILLISECONDS.sleep(WARM_UP.toMillis());
            for (Planted fault : faults) {
                awaitGone(fault.target());
                awaitQuiet(service, peer);
                Duration pause = Duration.ofNanos(random.nextLong(SCRAPE.toNanos()));
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                Trial trial = trial(fault, service, peer);
                trials.add(trial);
                say(trial, pause);
            }
        }
        return trials;
    }

    private Trial trial(Planted fault, Child service, Peer peer) throws Exception {
        Instant begun = clock.instant();
        String id = lab.plant(fault, LEASE);
        Map<Side, Duration> told =
                await(begun, List.of(Side.values()), (side, text) -> side.tells(fault, text), service, peer);
        Optional<Duration> fired = lab.firedAt(fault).map(at -> Duration.between(begun, at));
        Instant over = clock.instant();
        lab.end(id);
        // Who has told of nothing has no end to tell of.
        Map<Side, Duration> ended =
                await(over, List.copyOf(told.keySet()), (side, text) -> side.ends(fault, text), service, peer);
        ends.put(fault.target(), clock.instant());
        return new Trial(fault, fired, told, ended);
    }

    /** From {@code begun} until each of {@code sides} has said something like that; without those that did not within patience. */
    private Map<Side, Duration> await(
            Instant begun, List<Side> sides, BiPredicate<Side, String> like, Child service, Peer peer)
            throws Exception {
        Map<Side, Duration> said = new EnumMap<>(Side.class);
        Instant end = begun.plus(PATIENCE);
        while (said.size() < sides.size() && clock.instant().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(250);
            requireAlive(service, peer);
            SlackState slack = lab.slack();
            for (Side side : sides) {
                slack.first(side.channel(), begun, text -> like.test(side, text))
                        .ifPresent(at -> said.put(side, Duration.between(begun, at)));
            }
        }
        return said;
    }

    /** Waits until Alertmanager has forgotten what was wrong with {@code target} before. */
    private void awaitGone(String target) throws InterruptedException {
        Instant gone = ends.getOrDefault(target, Instant.EPOCH).plus(GROUP_GONE);
        TimeUnit.MILLISECONDS.sleep(Duration.between(clock.instant(), gone).toMillis());
    }

    /** Waits until both sides find everything well. */
    private void awaitQuiet(Child service, Peer peer) throws Exception {
        Instant end = clock.instant().plus(QUIET_WITHIN);
        while (!isQuiet(peer)) {
            if (clock.instant().isAfter(end)) {
                throw new IOException(
                        "the lab is not well on both sides after " + QUIET_WITHIN.toMinutes() + " min; see " + home);
            }
            requireAlive(service, peer);
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private boolean isQuiet(Peer peer) throws IOException, InterruptedException {
        return lab.isWell("lab-rpc-b", "rpc.head")
                && lab.isWell("lab-router", "router.status")
                && peer.query("min(probe_success)") == 1
                && peer.query("count(ALERTS)") == 0;
    }

    private static void requireAlive(Child service, Peer peer) throws IOException {
        if (!service.isAlive()) {
            throw new IOException(service.obituary());
        }
        peer.requireAlive();
    }

    /** An empty database on the server of the stack; its URL. */
    private String freshDatabase(String name) throws SQLException {
        String url = order.variable("LITEWATCH_DATABASE_URL");
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return url.replaceFirst("/[^/]*$", "/" + name);
    }

    private void say(Trial trial, Duration pause) {
        out.printf(
                Locale.ROOT,
                "  %s, %s s after all was quiet: %s%n",
                trial.fault().name(),
                PagingTable.seconds(pause),
                List.of(Side.values()).stream()
                        .map(side -> side.title() + " told it after "
                                + trial.told(side).map(PagingTable::seconds).orElse("never")
                                + ", its end after "
                                + trial.ended(side).map(PagingTable::seconds).orElse("never"))
                        .collect(Collectors.joining("; ")));
        out.flush();
    }
}
