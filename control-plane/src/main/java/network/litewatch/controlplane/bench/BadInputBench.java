package network.litewatch.controlplane.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.controlplane.schedule.NettyWheel;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.Shard;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Probe;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;

/** What strangers can do to the prober: addresses that it must not dial, answers that must not hurt it, and slowness that must not spread. */
final class BadInputBench {
    private static final Duration ALLOWANCE = Duration.ofMillis(250);
    private static final int MAX_IN_FLIGHT = 2_000;
    private final PrintStream out;
    private final Clock clock;
    private final Path hostileJar;
    private final BadInput input;

    /** Runs against the lab's hostile server out of {@code hostileJar}. */
    BadInputBench(PrintStream out, Clock clock, Path hostileJar) {
        this.out = out;
        this.clock = clock;
        this.hostileJar = hostileJar;
        this.input = new BadInput(clock, BadInput.DEADLINE);
    }

    /** Prints three tables; false when a promise is broken. */
    boolean run() throws Exception {
        out.println(Load.machine());
        boolean kept = addresses();
        Process hostile = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx512m",
                        "-cp",
                        hostileJar.toString(),
                        "network.litewatch.lab.hostile.HostileServer")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(hostile.getInputStream(), UTF_8))) {
            int port = Integer.parseInt(said.readLine());
            List<String> paths = List.of(said.readLine().split(" ", -1));
            kept &= answers(port, paths);
            kept &= slowness(port);
        } finally {
            hostile.destroy();
        }
        return kept;
    }

    private boolean addresses() throws Exception {
        List<BadInput.Ended> ended;
        int accepted;
        try (ForbiddenListeners listeners = new ForbiddenListeners()) {
            ended = input.addresses(listeners.port());
            accepted = listeners.accepted();
        }
        Map<String, Integer> ends = new TreeMap<>();
        ended.forEach(one -> ends.merge(one.label(), 1, Integer::sum));
        List<BadInput.Ended> dialled =
                ended.stream().filter(one -> !one.isRight()).toList();
        out.println();
        out.println("Addresses that must not be dialled (P25): " + ended.size() + " URLs, listeners on "
                + ForbiddenListeners.ADDRESSES);
        out.println("| ended | URLs |");
        out.println("|---|---|");
        ends.forEach((end, count) -> out.println("| " + end + " | " + count + " |"));
        dialled.forEach(one -> out.println("DIALLED: " + one.what() + " -> " + one.label()));
        out.println("connections that arrived: " + accepted + " (wanted: 0)");
        return accepted == 0 && dialled.isEmpty();
    }

    private boolean answers(int port, List<String> paths) throws Exception {
        input.warm(port);
        long before = usedHeap();
        AtomicBoolean kept = new AtomicBoolean(true);
        AtomicLong peak = new AtomicLong();
        out.println();
        out.println("Hostile answers (P26, P27): deadline " + BadInput.DEADLINE.toMillis() + " ms, allowance "
                + ALLOWANCE.toMillis() + " ms");
        out.println("| answer | outcome and reason | ms | as wanted |");
        out.println("|---|---|---|---|");
        input.answers(port, paths, one -> {
            boolean right = one.isRight()
                    && one.millis() <= BadInput.DEADLINE.plus(ALLOWANCE).toMillis();
            if (!right) {
                kept.set(false);
            }
            peak.accumulateAndGet(
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory(), Math::max);
            out.println("| " + one.what() + " | " + one.label() + " | " + one.millis() + " | " + (right ? "yes" : "NO")
                    + " |");
        });
        long growth = Math.max(0, usedHeap() - before) / (1 << 20);
        out.println(String.format(
                Locale.ROOT,
                "%d answers; heap afterwards %d MB more than before (wanted: below 32), %d MB in use at most between two of them",
                paths.size(),
                growth,
                peak.get() / (1 << 20)));
        return kept.get() && growth < 32;
    }

    private boolean slowness(int hostilePort) throws Exception {
        try (LoadServer server = LoadServer.start(hostileJar, Optional.empty());
                GuardedClient client = new GuardedClient(
                        EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, MAX_IN_FLIGHT)) {
            int port = server.port();
            double warm = slip(client, port, port);
            double quiet = slip(client, port, port);
            double beside = slip(client, port, hostilePort);
            out.println();
            out.println(
                    "Slowness that must not spread (P21): 1,000 targets every 5 s for 20 s, 100 of them a byte each 200 ms");
            out.println(String.format(
                    Locale.ROOT,
                    "slip p99 of the other 900: %.1f ms without, %.1f ms beside them, %.2f times (wanted: at most 1.1, or within one tick of"
                            + " 5 ms); the first run, %.1f ms, warms up",
                    quiet,
                    beside,
                    beside / quiet,
                    warm));
            return beside <= Math.max(quiet * 1.1, quiet + 5);
        }
    }

    /** 99th percentile of the slip of 900 targets, in ms, while 100 others are asked at {@code othersPort}. */
    private double slip(GuardedClient client, int port, int othersPort) throws InterruptedException {
        Probe http = input.probe(client, "http");
        List<ProbePlan> plans = new ArrayList<>();
        Duration interval = Duration.ofSeconds(5);
        for (int i = 0; i < 1_000; i++) {
            boolean other = i % 10 == 0;
            String url = other ? "http://127.0.0.1:" + othersPort + "/slow-head" : "http://127.0.0.1:" + port + "/";
            Target target = new Target(
                    new TargetId((other ? "other-" : "t-") + i),
                    TargetKind.ENDPOINT,
                    new NetworkId("bench"),
                    SecretUrl.parse(url),
                    Optional.empty(),
                    Map.of(),
                    Map.of("probe", "http"));
            plans.add(new ProbePlan(http, target, interval, interval));
        }
        List<Double> slips = Collections.synchronizedList(new ArrayList<>());
        try (NettyWheel wheel = new NettyWheel(clock);
                Shard shard = Shard.start(plans, new Vantage("bench"), wheel, clock, observation -> {
                    if (observation.target().value().startsWith("t-")) {
                        slips.add(observation.slip().toNanos() / 1e6);
                    }
                })) {
            Objects.requireNonNull(shard);
            TimeUnit.SECONDS.sleep(20);
        }
        double[] sorted;
        synchronized (slips) {
            sorted = slips.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        }
        return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * 0.99)];
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
