package network.litewatch.controlplane.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import network.litewatch.controlplane.bench.peer.Peer;
import network.litewatch.controlplane.bench.peer.PlainFiles;
import network.litewatch.controlplane.embedded.EmbeddedPostgreSql;
import network.litewatch.controlplane.schedule.NettyWheel;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.Shard;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.miner.CanarySettings;
import network.litewatch.probe.rpc.RpcHeadProbe;

/**
 * How many targets this machine holds: real probes over fresh connections against a server on loopback, assessed, judged by the shipped
 * rules, and committed with their documents to a real PostgreSQL. Elasticsearch is left out; the outbox fills up.
 */
final class ProbesBench {
    private static final int MAX_IN_FLIGHT = 2_000;
    private static final int RPCS_OF_A_NETWORK = 5;

    private record Result(
            long due,
            long asked,
            long ok,
            double slipP50,
            double slipP99,
            double cpu,
            double databaseCpu,
            double serverCpu,
            long megabytes,
            int waiting,
            long refused) {}

    /** What the peer did: probes that were due and that were ok, CPU-ms per 1,000 of those, resident memory. */
    private record PeerResult(long due, long ok, double cpu, long megabytes) {}

    private final PrintStream out;
    private final Clock clock;
    private final Path home;
    private final Path labJar;
    private final Function<EmbeddedPostgreSql, BenchPipeline> pipeline;

    /** Probes the server in {@code labJar}; runs in {@code home}, which it fills; {@code pipeline} makes a service's stages on a database. */
    ProbesBench(
            PrintStream out,
            Clock clock,
            Path labJar,
            Path home,
            Function<EmbeddedPostgreSql, BenchPipeline> pipeline) {
        this.out = out;
        this.clock = clock;
        this.home = home;
        this.labJar = labJar;
        this.pipeline = pipeline;
    }

    void run(ProbesOrder order) throws Exception {
        out.println(Load.machine());
        out.println(String.format(
                Locale.ROOT,
                "%d targets every %d s for %d s after %d s to warm up, %s; probe, assess, rules, outbox in PostgreSQL; the server runs on"
                        + " the same cores",
                order.targets(),
                order.interval().toSeconds(),
                order.length().toSeconds(),
                order.warmUp().toSeconds(),
                order.kind().words()));
        out.println(
                "| run | slots | asked | ok | slip p50 ms | slip p99 ms | CPU-ms per 1,000 | PostgreSQL | server | RSS MB | not committed |");
        out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        List<Result> results = new ArrayList<>();
        List<PeerResult> peers = new ArrayList<>();
        for (int run = 1; run <= order.runs(); run++) {
            Result result = once(order, run);
            results.add(result);
            print(Integer.toString(run), result);
            if (order.peer()) {
                PeerResult peer = peer(order, run);
                peers.add(peer);
                print(run, peer);
            }
        }
        out.println(verdict(results));
        if (!peers.isEmpty()) {
            out.println(compared(results, peers));
        }
    }

    private static String verdict(List<Result> results) {
        double asked = results.stream()
                .mapToDouble(r -> r.asked() / (double) r.due())
                .min()
                .orElse(0);
        double slip = median(results.stream().mapToDouble(Result::slipP99));
        return String.format(
                Locale.ROOT,
                "%s: at least %.2f %% of the slots were asked (wanted: 100), slip p99 %.0f ms, median of %d (wanted: below 250), RSS at most"
                        + " %d MB (wanted: below 1,000)",
                asked >= 0.9999 && slip < 250 && results.stream().allMatch(r -> r.refused() == 0) ? "held" : "NOT held",
                asked * 100,
                slip,
                results.size(),
                results.stream().mapToLong(Result::megabytes).max().orElse(0));
    }

    private static String compared(List<Result> results, List<PeerResult> peers) {
        double held = peers.stream()
                .mapToDouble(peer -> peer.ok() / (double) peer.due())
                .min()
                .orElse(0);
        if (held < 0.99) {
            // What is spent on probes that come to nothing is no cost of a probe.
            return String.format(
                    Locale.ROOT,
                    "the peer did not hold these targets here: in one of its runs %.1f %% of its probes were ok, so there is no ratio to state",
                    held * 100);
        }
        double own = median(results.stream().mapToDouble(r -> r.cpu() + r.databaseCpu()));
        double peer = median(peers.stream().mapToDouble(PeerResult::cpu));
        return String.format(
                Locale.ROOT,
                "CPU per probe, PostgreSQL counted: %.0f against the peer's %.0f ms per 1,000, %.2f times (medians of %d; wanted at 2,000 targets: at"
                        + " most 0.33)",
                own,
                peer,
                own / peer,
                results.size());
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    private PeerResult peer(ProbesOrder order, int run) throws Exception {
        Optional<LoadServer.Identity> identity = identity(order);
        try (LoadServer server = LoadServer.start(labJar, identity);
                Peer peer = Peer.start(
                        home.resolve("peer-" + run),
                        new PlainFiles(
                                urls(order, server.port()),
                                order.interval(),
                                identity.map(LoadServer.Identity::certificate)))) {
            sleep(order.warmUp());
            Duration before = cpu(peer);
            sleep(order.length());
            Duration cpu = cpu(peer).minus(before);
            long ok = peer.successes(order.length());
            return new PeerResult(
                    order.targets()
                            * order.length().toSeconds()
                            / order.interval().toSeconds(),
                    ok,
                    cpu.toMillis() / (Math.max(1, ok) / 1_000.0),
                    peer.processes().stream()
                            .mapToLong(program -> Load.residentMegabytes(program.pid()))
                            .sum());
        }
    }

    private static Duration cpu(Peer peer) {
        return peer.processes().stream().map(Load::cpu).reduce(Duration.ZERO, Duration::plus);
    }

    private Optional<LoadServer.Identity> identity(ProbesOrder order) throws IOException, InterruptedException {
        return order.kind() == ProbesOrder.Kind.HTTPS
                ? Optional.of(LoadServer.Identity.make(home.resolve("tls")))
                : Optional.empty();
    }

    private static List<String> urls(ProbesOrder order, int port) {
        String scheme = order.kind() == ProbesOrder.Kind.HTTPS ? "https" : "http";
        return IntStream.range(0, order.targets())
                .mapToObj(i -> scheme + "://127.0.0.1:" + port + "/t/" + i)
                .toList();
    }

    private void print(int run, PeerResult result) {
        out.println(String.format(
                Locale.ROOT,
                "| %d, Prometheus + blackbox | %d | | %d | | | %.0f | | | %d | |",
                run,
                result.due(),
                result.ok(),
                result.cpu(),
                result.megabytes()));
    }

    private Result once(ProbesOrder order, int run) throws Exception {
        Path folder = Files.createDirectories(home.resolve("run-" + run));
        Optional<LoadServer.Identity> identity = identity(order);
        try (LoadServer server = LoadServer.start(labJar, identity);
                EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(folder, 0);
                BenchPipeline stages = pipeline.apply(postgres);
                NettyWheel wheel = new NettyWheel(clock);
                GuardedClient client = new GuardedClient(
                        EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, MAX_IN_FLIGHT)) {
            Tally tally = new Tally(
                    stages.sink(), order.targets() * (int) order.length().toSeconds() * 2);
            Shard shard = Shard.start(
                    plans(order, client, server.port(), identity), new Vantage("bench"), wheel, clock, tally);
            sleep(order.warmUp());
            ProcessHandle database = postgres.process().orElseThrow();
            Duration own = Load.ownCpu();
            Duration databaseBefore = Load.cpu(database);
            Duration serverBefore = Load.cpu(server.process());
            Instant from = clock.instant();
            long refusedBefore = stages.refused();
            tally.open(from);
            sleep(order.length());
            Instant to = clock.instant();
            tally.close(to);
            Duration ownAfter = Load.ownCpu();
            Duration databaseAfter = Load.cpu(database);
            Duration serverAfter = Load.cpu(server.process());
            long megabytes = Load.residentMegabytes(ProcessHandle.current().pid());
            // What was asked at the end still answers.
            sleep(order.interval());
            shard.close();
            double thousands = Math.max(1, tally.asked()) / 1_000.0;
            double[] slips = tally.slips();
            return new Result(
                    tally.due(),
                    tally.asked(),
                    tally.ok(),
                    percentile(slips, 0.5),
                    percentile(slips, 0.99),
                    ownAfter.minus(own).toMillis() / thousands,
                    databaseAfter.minus(databaseBefore).toMillis() / thousands,
                    serverAfter.minus(serverBefore).toMillis() / thousands,
                    megabytes,
                    stages.waiting(),
                    stages.refused() - refusedBefore);
        }
    }

    private List<ProbePlan> plans(
            ProbesOrder order, GuardedClient client, int port, Optional<LoadServer.Identity> identity) {
        boolean rpc = order.kind() == ProbesOrder.Kind.RPC;
        Probe probe = new Probes(client, clock, System::nanoTime, new Random(1), CanarySettings.DEFAULT)
                .find(rpc ? RpcHeadProbe.ID : new ProbeId("http"))
                .orElseThrow();
        Map<String, String> parameters = new HashMap<>();
        parameters.put(rpc ? RpcHeadProbe.CONNECTION : "probe", rpc ? RpcHeadProbe.KEPT : "http");
        identity.ifPresent(
                known -> parameters.put("ca_file", known.certificate().toString()));
        List<ProbePlan> plans = new ArrayList<>();
        List<String> urls = urls(order, port);
        for (int i = 0; i < order.targets(); i++) {
            Target target = new Target(
                    new TargetId("target-" + i),
                    rpc ? TargetKind.RPC : TargetKind.ENDPOINT,
                    // An RPC is judged by its peers: no network has thousands of those.
                    new NetworkId(rpc ? "bench-" + i / RPCS_OF_A_NETWORK : "bench"),
                    SecretUrl.parse(urls.get(i)),
                    Optional.empty(),
                    Map.of(),
                    Map.copyOf(parameters));
            plans.add(new ProbePlan(probe, target, order.interval(), order.interval()));
        }
        return plans;
    }

    private void print(String run, Result result) {
        out.println(String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %.0f | %.0f | %.0f | %.0f | %.0f | %d | %d waiting, %d refused |",
                run,
                result.due(),
                result.asked(),
                result.ok(),
                result.slipP50(),
                result.slipP99(),
                result.cpu(),
                result.databaseCpu(),
                result.serverCpu(),
                result.megabytes(),
                result.waiting(),
                result.refused()));
    }

    private static double percentile(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }

    private static void sleep(Duration duration) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(duration.toMillis());
    }

    /** Counts the slots within a window; every slot ends in one observation, asked or not. */
    private static final class Tally implements Consumer<Observation> {
        private final Consumer<Observation> next;
        private final double[] slips;
        private final AtomicLong due = new AtomicLong();
        private final AtomicLong asked = new AtomicLong();
        private final AtomicLong ok = new AtomicLong();
        private volatile Instant from = Instant.MAX;
        private volatile Instant to = Instant.MAX;

        Tally(Consumer<Observation> next, int capacity) {
            this.next = next;
            this.slips = new double[capacity];
        }

        void open(Instant at) {
            from = at;
        }

        void close(Instant at) {
            to = at;
        }

        @Override
        public void accept(Observation observation) {
            boolean inside =
                    !observation.slot().isBefore(from) && observation.slot().isBefore(to);
            if (inside) {
                due.incrementAndGet();
            }
            if (inside && observation.outcome().kind() != Outcome.Kind.NOT_RUN) {
                int index = (int) asked.getAndIncrement();
                if (index < slips.length) {
                    slips[index] = observation.slip().toNanos() / 1e6;
                }
                if (observation.outcome().isOk()) {
                    ok.incrementAndGet();
                }
            }
            next.accept(observation);
        }

        /** Slots, asked or not. */
        long due() {
            return due.get();
        }

        long asked() {
            return asked.get();
        }

        long ok() {
            return ok.get();
        }

        double[] slips() {
            double[] all = Arrays.copyOf(slips, (int) Math.min(slips.length, asked.get()));
            Arrays.sort(all);
            return all;
        }
    }
}
