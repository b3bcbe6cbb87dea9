package network.litewatch.controlplane.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.controlplane.schedule.NettyWheel;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.Shard;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;

/** What strangers can do to the prober: addresses that it must not dial, answers that must not hurt it, and slowness that must not spread. */
final class BadInputBench {
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration ALLOWANCE = Duration.ofMillis(250);
    private static final int MAX_IN_FLIGHT = 2_000;
    private static final List<String> LOOPBACKS = List.of("127.0.0.1", "127.0.0.2", "127.255.255.254", "::1");

    // A run that ended so has dialled nobody.
    private static final Set<Reason> NOT_DIALLED = Set.of(Reason.EGRESS_DENIED, Reason.DNS_FAILURE);

    private final PrintStream out;
    private final Clock clock;
    private final Path hostileJar;

    /** Runs against the lab's hostile server out of {@code hostileJar}. */
    BadInputBench(PrintStream out, Clock clock, Path hostileJar) {
        this.out = out;
        this.clock = clock;
        this.hostileJar = hostileJar;
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
        AtomicInteger accepted = new AtomicInteger();
        List<ServerSocket> listeners = listeners(accepted);
        Map<String, Integer> ends = new TreeMap<>();
        List<String> dialled = new ArrayList<>();
        int cases = 0;
        try (GuardedClient client = new GuardedClient(EgressPolicy.publicOnly(), System::nanoTime, 64)) {
            Probe http = probe(client, "http");
            int port = listeners.get(0).getLocalPort();
            for (String line : resource("/bench-ssrf.txt")) {
                cases++;
                String url = line.replace("{port}", Integer.toString(port));
                String end;
                try {
                    Outcome outcome = http.run(endpoint(url, Map.of("probe", "http")), DEADLINE)
                            .join()
                            .outcome();
                    end = outcome.kind().label() + ": " + outcome.reason().label();
                    if (!NOT_DIALLED.contains(outcome.reason())) {
                        dialled.add(url + " -> " + end);
                    }
                } catch (IllegalArgumentException e) {
                    end = "refused as no URL";
                }
                ends.merge(end, 1, Integer::sum);
            }
        } finally {
            for (ServerSocket listener : listeners) {
                listener.close();
            }
        }
        out.println();
        out.println("Addresses that must not be dialled (P25): " + cases + " URLs, listeners on " + LOOPBACKS);
        out.println("| ended | URLs |");
        out.println("|---|---|");
        ends.forEach((end, count) -> out.println("| " + end + " | " + count + " |"));
        dialled.forEach(url -> out.println("DIALLED: " + url));
        out.println("connections that arrived: " + accepted.get() + " (wanted: 0)");
        return accepted.get() == 0 && dialled.isEmpty();
    }

    private boolean answers(int port, List<String> paths) throws Exception {
        Map<String, Set<String>> wanted = new LinkedHashMap<>();
        for (String line : resource("/bench-hostile.txt")) {
            List<String> parts = List.of(line.split("\\|", -1));
            wanted.put(parts.get(0), Set.of(parts.get(1).split(" ", -1)));
        }
        warm(port);
        long before = usedHeap();
        boolean kept = true;
        out.println();
        out.println("Hostile answers (P26, P27): deadline " + DEADLINE.toMillis() + " ms, allowance "
                + ALLOWANCE.toMillis() + " ms");
        out.println("| answer | outcome | reason | ms | as wanted |");
        out.println("|---|---|---|---|---|");
        long peak = 0;
        try (GuardedClient client =
                new GuardedClient(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.1/32"))), System::nanoTime, 64)) {
            for (String path : paths) {
                boolean rpc = path.startsWith("rpc-");
                Target target = rpc
                        ? target(TargetKind.RPC, "http://127.0.0.1:" + port + "/" + path, Map.of())
                        : endpoint(
                                "http://127.0.0.1:" + port + "/" + path,
                                Map.of("probe", "http", "expect_json", "json.status == 'ok'"));
                long from = System.nanoTime();
                Finding finding = probe(client, rpc ? "rpc.head" : "http")
                        .run(target, DEADLINE)
                        .join();
                long millis = (System.nanoTime() - from) / 1_000_000;
                String reason = finding.outcome().reason().label();
                boolean right = wanted.getOrDefault(path, Set.of()).contains(reason)
                        && millis <= DEADLINE.plus(ALLOWANCE).toMillis();
                kept &= right;
                peak = Math.max(
                        peak,
                        Runtime.getRuntime().totalMemory()
                                - Runtime.getRuntime().freeMemory());
                out.println(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s | %d | %s |",
                        path,
                        finding.outcome().kind().label(),
                        reason,
                        millis,
                        right ? "yes" : "NO"));
            }
        }
        long growth = Math.max(0, usedHeap() - before) / (1 << 20);
        out.println(String.format(
                Locale.ROOT,
                "%d answers; heap afterwards %d MB more than before (wanted: below 32), %d MB in use at most between two of them",
                paths.size(),
                growth,
                peak / (1 << 20)));
        return kept && growth < 32;
    }

    /** Loads the classes, so that the first answer is not charged for them. */
    private void warm(int port) {
        try (GuardedClient client =
                new GuardedClient(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.1/32"))), System::nanoTime, 64)) {
            for (String path : List.of("html", "json-duplicate-keys", "rpc-empty-batch")) {
                String url = "http://127.0.0.1:" + port + "/" + path;
                Map<String, String> parameters = Map.of("probe", "http", "expect_json", "json.status == 'ok'");
                var unused = probe(client, "http")
                        .run(endpoint(url, parameters), DEADLINE.multipliedBy(5))
                        .join();
            }
        }
    }

    private boolean slowness(int hostilePort) throws Exception {
        try (LoadServer server = LoadServer.start(hostileJar);
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
        Probe http = probe(client, "http");
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

    private static List<ServerSocket> listeners(AtomicInteger accepted) throws IOException {
        List<ServerSocket> listeners = new ArrayList<>();
        int port = 0;
        for (String address : LOOPBACKS) {
            ServerSocket listener = new ServerSocket();
            try {
                listener.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            } catch (IOException e) {
                // A machine without IPv6 has one listener less.
                listener.close();
                continue;
            }
            port = listener.getLocalPort();
            listeners.add(listener);
            Thread thread = new Thread(
                    () -> {
                        while (!listener.isClosed()) {
                            try (var socket = listener.accept()) {
                                accepted.incrementAndGet();
                            } catch (IOException e) {
                                return; // closed
                            }
                        }
                    },
                    "forbidden");
            thread.setDaemon(true);
            thread.start();
        }
        return listeners;
    }

    private Probe probe(GuardedClient client, String id) {
        return new Probes(client, clock, System::nanoTime, new Random(1))
                .find(new ProbeId(id))
                .orElseThrow();
    }

    private static Target endpoint(String url, Map<String, String> parameters) {
        return target(TargetKind.ENDPOINT, url, parameters);
    }

    private static Target target(TargetKind kind, String url, Map<String, String> parameters) {
        return new Target(
                new TargetId("hostile"),
                kind,
                new NetworkId("bench"),
                SecretUrl.parse(url),
                Optional.empty(),
                Map.of(),
                parameters);
    }

    private static List<String> resource(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(BadInputBench.class.getResourceAsStream(name))) {
            return Arrays.stream(new String(file.readAllBytes(), UTF_8).split("\n", -1))
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
