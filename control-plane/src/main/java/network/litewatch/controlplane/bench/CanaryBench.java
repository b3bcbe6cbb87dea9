package network.litewatch.controlplane.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.NettyExchanger;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanarySettings;
import network.litewatch.probe.miner.MinerCanaryProbe;

/**
 * What our client adds to the time to a first token: canaries as they run in the service, turn about with a bare socket client, against
 * a server that writes into each first token when it had the request and when it sent that token.
 */
final class CanaryBench {
    private static final int WARM_UP_ROUNDS = 2;
    private static final int RESAMPLES = 2_000;
    private static final double WANTED_MILLIS = 1;
    private static final Duration OPENING = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final double NANOS = 1e9;
    private static final String BODY =
            "{\"prompt\":\"Count upwards\",\"stream\":true,\"max_tokens\":32,\"temperature\":0}";

    private final PrintStream out;
    private final Path labJar;

    /** Asks the server in {@code labJar}. */
    CanaryBench(PrintStream out, Path labJar) {
        this.out = out;
        this.labJar = labJar;
    }

    /** Prints both medians and their difference; whether it is below 1 ms and every stream had its first token. */
    boolean run(CanaryOrder order) throws Exception {
        out.println(Load.machine());
        out.println(String.format(
                Locale.ROOT,
                "%d streams at once, opened within 1 s, the first token 1.2 to 2.2 s after its request, then 40 tokens at 25 ms; %d rounds of each"
                        + " client, turn about, after %d to warm up; the server runs on the same cores",
                order.streams(),
                order.rounds(),
                WARM_UP_ROUNDS));
        List<double[]> bare = new ArrayList<>();
        List<double[]> own = new ArrayList<>();
        try (LoadServer server = LoadServer.streams(labJar);
                NettyExchanger exchanger = exchanger(order.streams())) {
            MinerCanaryProbe probe = new MinerCanaryProbe(
                    exchanger,
                    new Random(1),
                    Clock.systemUTC(),
                    System::nanoTime,
                    CanaryKind.RATE,
                    CanarySettings.DEFAULT);
            for (int round = -WARM_UP_ROUNDS; round < order.rounds(); round++) {
                double[] bareRound = bare(server.port(), order.streams());
                double[] ownRound = own(probe, server.port(), order.streams());
                if (round >= 0) {
                    bare.add(bareRound);
                    own.add(ownRound);
                }
            }
        }
        return report(order, bare, own);
    }

    /** A client as the service has it, for so many streams. */
    static NettyExchanger exchanger(int streams) {
        return new NettyExchanger(
                EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 2 * streams);
    }

    /** A round of bare sockets: what they added to each first token, in milliseconds. */
    static double[] bare(int port, int streams) throws IOException, InterruptedException {
        return new BareClient(port, BODY).run(streams, OPENING.dividedBy(streams));
    }

    private boolean report(CanaryOrder order, List<double[]> bare, List<double[]> own) {
        long wanted = (long) order.streams() * order.rounds();
        long bareStreams = bare.stream().mapToLong(round -> round.length).sum();
        long ownStreams = own.stream().mapToLong(round -> round.length).sum();
        if (bareStreams == 0 || ownStreams == 0) {
            out.println("NOT held: there was no first token at all");
            return false;
        }
        out.println("| client | first tokens | added to TTFT ms, p50 | p90 | p99 |");
        out.println("|---|---|---|---|---|");
        print("bare sockets", bareStreams, bare);
        print("miner.canary", ownStreams, own);
        CanaryFigures.Difference difference = CanaryFigures.difference(bare, own, RESAMPLES, new Random(1));
        boolean held = difference.value() < WANTED_MILLIS && ownStreams == wanted && bareStreams == wanted;
        out.println(String.format(
                Locale.ROOT,
                "%s: our client adds %.3f ms at the median (95 %% of %d resamplings of rounds: %.3f to %.3f; wanted: below %.0f), %d of %d streams"
                        + " had a first token",
                held ? "held" : "NOT held",
                difference.value(),
                RESAMPLES,
                difference.low(),
                difference.high(),
                WANTED_MILLIS,
                ownStreams + bareStreams,
                2 * wanted));
        return held;
    }

    private void print(String client, long streams, List<double[]> rounds) {
        out.println(String.format(
                Locale.ROOT,
                "| %s | %d | %.3f | %.3f | %.3f |",
                client,
                streams,
                CanaryFigures.median(rounds),
                CanaryFigures.percentile(rounds, 0.9),
                CanaryFigures.percentile(rounds, 0.99)));
    }

    /** A round of canaries: what our client added to the first token of each that was ok, in milliseconds. */
    static double[] own(MinerCanaryProbe probe, int port, int streams) throws Exception {
        Target target = target(port);
        long stagger = OPENING.dividedBy(streams).toNanos();
        ScheduledExecutorService starter = Executors.newSingleThreadScheduledExecutor();
        try {
            List<CompletableFuture<Finding>> findings = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                CompletableFuture<Finding> finding = new CompletableFuture<>();
                findings.add(finding);
                var unused = starter.schedule(
                        () -> {
                            var unusedToo = probe.run(target, TIMEOUT).thenAccept(finding::complete);
                        },
                        i * stagger,
                        TimeUnit.NANOSECONDS);
            }
            List<Double> added = new ArrayList<>();
            for (CompletableFuture<Finding> finding : findings) {
                added(finding.get(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS)).ifPresent(added::add);
            }
            return added.stream().mapToDouble(Double::doubleValue).toArray();
        } finally {
            starter.shutdownNow();
        }
    }

    /** What the client added to one first token in milliseconds; empty when the canary failed. */
    static Optional<Double> added(Finding finding) {
        Double ttft = finding.measurements().get(Measurement.CANARY_TTFT);
        if (ttft == null || !finding.outcome().isOk()) {
            return Optional.empty();
        }
        return CanaryFigures.Stamps.parse(finding.evidence().getOrDefault("text", ""))
                .map(stamps -> stamps.addedMillis(ttft * NANOS));
    }

    private static Target target(int port) {
        return new Target(
                new TargetId("bench-miner"),
                TargetKind.MINER,
                new NetworkId("bench"),
                SecretUrl.parse("http://127.0.0.1:" + port),
                Optional.empty(),
                Map.of(),
                Map.of(MinerCanaryProbe.SESSION, "1"));
    }
}
