package network.litewatch.controlplane.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.miner.CanarySettings;

/** Asks what strangers can lead a prober to or answer it, as its own probes would, and says how each ended. Judges nothing. */
final class BadInput {
    static final Duration DEADLINE = Duration.ofSeconds(2);

    // Reasons of a run that has dialled nobody.
    private static final Set<String> NOT_DIALLED = Set.of("egress_denied", "dns_failure");
    private static final Map<String, String> QUESTION = Map.of("probe", "http", "expect_json", "json.status == 'ok'");
    private static final int THREADS = 64;

    private final Clock clock;
    private final Duration patience;

    /** Asks with a deadline of {@code patience} where an answer should end by itself, else with {@link #DEADLINE}. */
    BadInput(Clock clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * How one case ended.
     *
     * @param what the URL or the answer that was asked for
     * @param wanted the reasons that are right
     * @param outcome empty when it was refused as no URL
     * @param millis from the asking to the end
     */
    record Ended(String what, Set<String> wanted, Optional<Outcome> outcome, long millis) {
        boolean isRight() {
            return outcome.map(how -> wanted.contains(how.reason().label())).orElse(true);
        }

        String label() {
            return outcome.map(how -> how.kind().label() + ": " + how.reason().label())
                    .orElse("refused as no URL");
        }
    }

    /** Asks every URL that leads where nobody may go, by a client that knows public addresses only. */
    List<Ended> addresses(int port) throws IOException {
        List<Ended> ended = new ArrayList<>();
        try (GuardedClient client = new GuardedClient(EgressPolicy.publicOnly(), System::nanoTime, THREADS)) {
            Probe http = probe(client, "http");
            for (String line : resource("/bench-ssrf.txt")) {
                String url = line.replace("{port}", Integer.toString(port));
                long from = System.nanoTime();
                Optional<Outcome> outcome;
                try {
                    Target target = target(TargetKind.ENDPOINT, url, Map.of("probe", "http"));
                    outcome = Optional.of(http.run(target, DEADLINE).join().outcome());
                } catch (IllegalArgumentException noUrl) {
                    outcome = Optional.empty();
                }
                ended.add(new Ended(url, NOT_DIALLED, outcome, millisSince(from)));
            }
        }
        return ended;
    }

    /** Asks the hostile server at {@code port} for each of {@code paths}, in order; {@code after} hears how each ended. */
    void answers(int port, Collection<String> paths, Consumer<Ended> after) throws IOException {
        Map<String, Set<String>> wanted = wantedReasons();
        try (GuardedClient client = loopbackClient()) {
            for (String path : paths) {
                boolean rpc = path.startsWith("rpc-");
                String url = "http://127.0.0.1:" + port + "/" + path;
                Target target =
                        rpc ? target(TargetKind.RPC, url, Map.of()) : target(TargetKind.ENDPOINT, url, QUESTION);
                Set<String> right = wanted.getOrDefault(path, Set.of());
                long from = System.nanoTime();
                Duration deadline = right.contains("timeout") ? DEADLINE : patience;
                Outcome outcome = probe(client, rpc ? "rpc.head" : "http")
                        .run(target, deadline)
                        .join()
                        .outcome();
                after.accept(new Ended(path, right, Optional.of(outcome), millisSince(from)));
            }
        }
    }

    /** Loads the classes, so that the first answer is not charged for them. */
    void warm(int port) {
        try (GuardedClient client = loopbackClient()) {
            for (String path : List.of("html", "json-duplicate-keys", "rpc-empty-batch")) {
                Target target = target(TargetKind.ENDPOINT, "http://127.0.0.1:" + port + "/" + path, QUESTION);
                var unused = probe(client, "http")
                        .run(target, DEADLINE.multipliedBy(5))
                        .join();
            }
        }
    }

    /** The reasons that are right for each path of the hostile server. */
    static Map<String, Set<String>> wantedReasons() throws IOException {
        Map<String, Set<String>> wanted = new LinkedHashMap<>();
        for (String line : resource("/bench-hostile.txt")) {
            List<String> parts = List.of(line.split("\\|", -1));
            wanted.put(parts.get(0), Set.of(parts.get(1).split(" ", -1)));
        }
        return wanted;
    }

    Probe probe(GuardedClient client, String id) {
        return new Probes(client, clock, System::nanoTime, new Random(1), CanarySettings.DEFAULT)
                .find(new ProbeId(id))
                .orElseThrow();
    }

    private static GuardedClient loopbackClient() {
        return new GuardedClient(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.1/32"))), System::nanoTime, THREADS);
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

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static List<String> resource(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(BadInput.class.getResourceAsStream(name))) {
            return Arrays.stream(new String(file.readAllBytes(), UTF_8).split("\n", -1))
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
