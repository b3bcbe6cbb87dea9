package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.EvictingQueue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.assess.Verdict;
import network.litewatch.lab.Lab;
import network.litewatch.lab.LabManifest;
import network.litewatch.lab.LabOptions;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanarySettings;
import network.litewatch.probe.miner.PromptPool;
import network.litewatch.probe.router.RouterStatusProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;
import org.awaitility.Awaitility;

/** Canaries of all kinds to the lab's miners, which really compute, judged by the shipped rules; faults on command. */
final class MinerTrial implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(7);

    // Seconds of the clock of rounds, which goes by answers: a slow machine would have fewer of them in a round.
    private static final long ROUND = 20;
    private static final int ANSWERS_PER_ROUND = 5;

    private final Lab lab;
    private final GuardedClient client =
            new GuardedClient(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 64);
    private final HttpClient http = HttpClient.newHttpClient();
    private final Clock clock = Clock.systemUTC();
    private final Probes probes;
    private final Probes identity;
    private final AtomicLong identityAsked = new AtomicLong();
    private final List<Target> miners = new ArrayList<>();
    private final List<Target> path = new ArrayList<>();
    private final Fleet fleet = Fleet.of(List.of());
    private final AlertBook alerts;
    private final Set<String> fired = new TreeSet<>();
    private final EvmClient chain;
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Map<String, Map<Signal, Double>> latest = new HashMap<>();
    private final Queue<String> lately = EvictingQueue.create(60);

    /** A lab of so many miners, of which {@code trusted} are what others are compared with. */
    MinerTrial(Path home, int count, Set<String> trusted, List<Rule> rules) {
        lab = Lab.start(LabOptions.forTests(home).withMiners(count));
        chain = new EvmClient(Objects.requireNonNull(lab.manifest().rpcs().get("rpc-b")), Duration.ofSeconds(5));
        CanarySettings settings = new CanarySettings(
                PromptPool.DEFAULT,
                Map.of(CanaryKind.PING, 4, CanaryKind.RATE, 32, CanaryKind.IDENTITY, 12),
                0.5,
                ROUND,
                1,
                0,
                42);
        probes = new Probes(client, clock, System::nanoTime, new SplittableRandom(7), settings);
        identity = new Probes(
                client,
                () -> Instant.ofEpochSecond(ROUND * (identityAsked.get() / ((long) count * ANSWERS_PER_ROUND))),
                System::nanoTime,
                new SplittableRandom(8),
                settings);
        alerts = new AlertBook(rules, List.of());
        LabManifest manifest = lab.manifest();
        manifest.rpcs()
                .forEach((name, url) -> path.add(new Target(
                        new TargetId(name),
                        TargetKind.RPC,
                        new NetworkId("lab"),
                        SecretUrl.parse(url.toString()),
                        Optional.empty(),
                        Map.of("operator", name),
                        Map.of("chain_id", "31337"))));
        path.add(target("router", TargetKind.ROUTER, Map.of(), Map.of()));
        for (LabManifest.Miner miner : manifest.miners()) {
            miners.add(target(
                    miner.name(),
                    TargetKind.MINER,
                    Map.of(
                            "router", "router",
                            "rpc", "rpc-a",
                            "gpu_class", miner.gpuClass(),
                            "model", miner.model(),
                            "trusted", Boolean.toString(trusted.contains(miner.name()))),
                    Map.of("session", Long.toString(miner.session()))));
        }
    }

    private Target target(String id, TargetKind kind, Map<String, String> labels, Map<String, String> parameters) {
        return new Target(
                new TargetId(id),
                kind,
                new NetworkId("lab"),
                SecretUrl.parse(lab.manifest().router().toString()),
                Optional.of(new Secret(lab.manifest().routerToken())),
                labels,
                parameters);
    }

    /** Asks every miner one canary of speed, all miners at once, and then what is above them. */
    void round() {
        miners.stream().map(miner -> ask(CanaryKind.RATE.id(), miner)).toList().forEach(one -> conclude(one.join()));
        look();
    }

    /**
     * Asks every miner canaries of all kinds, one behind the other, as many times as are given; a ping comes after a pause of two
     * blocks, in which what unloads idle models does. What is above the miners is looked at all the while.
     */
    void cycles(int count, BooleanSupplier enough) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService asking = Executors.newCachedThreadPool();
        try {
            Future<?> looking = asking.submit(() -> {
                while (!over.get()) {
                    look();
                    awaitBlocks(1);
                }
            });
            List<Future<?>> cycling = new ArrayList<>();
            for (Target miner : miners) {
                cycling.add(asking.submit(() -> {
                    for (int i = 0; i < count && !enough.getAsBoolean(); i++) {
                        conclude(ask(CanaryKind.RATE.id(), miner).join());
                        conclude(ask(CanaryKind.IDENTITY.id(), miner).join());
                        awaitBlocks(2);
                        conclude(ask(CanaryKind.PING.id(), miner).join());
                    }
                }));
            }
            for (Future<?> one : cycling) {
                one.get();
            }
            over.set(true);
            looking.get();
        } finally {
            over.set(true);
            asking.shutdown();
        }
    }

    /** Looks at what is above the miners until nothing that was broken there counts any more. */
    void settle() {
        for (int i = 0; i < 12; i++) {
            awaitBlocks(1);
            look();
        }
    }

    private void awaitBlocks(int count) {
        long from = chain.blockNumber();
        Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> chain.blockNumber() >= from + count);
    }

    /** Looks at the RPCs and the router. */
    void look() {
        path.stream()
                .map(target -> ask(target.kind() == TargetKind.RPC ? RpcHeadProbe.ID : RouterStatusProbe.ID, target))
                .toList()
                .forEach(one -> conclude(one.join()));
    }

    private CompletableFuture<Observation> ask(ProbeId id, Target target) {
        boolean byRounds = id.equals(CanaryKind.IDENTITY.id());
        if (byRounds) {
            identityAsked.incrementAndGet();
        }
        Probe probe =
                Objects.requireNonNull((byRounds ? identity : probes).byId().get(id), "no such probe");
        Instant slot = clock.instant();
        Duration timeout = target.kind() == TargetKind.MINER ? TIMEOUT : Duration.ofSeconds(5);
        return probe.run(target, timeout)
                .thenApply(finding ->
                        Observation.of(probe.id(), target, new Vantage("here"), slot, slot, clock.instant(), finding));
    }

    private synchronized void conclude(Observation observation) {
        Fleet.Batch batch = fleet.apply(List.of(observation));
        fleet.commit(batch);
        verdicts.addAll(batch.verdicts());
        lately.add(observation.endedAt() + " " + observation.probe() + " " + observation.target() + " "
                + observation.outcome() + " " + observation.finding().measurements());
        AlertBook.Changes changes = alerts.evaluate(batch.assessments());
        alerts.commit(changes);
        for (Assessment assessment : batch.assessments()) {
            latest.computeIfAbsent(
                            assessment.key().target() + " " + assessment.key().probe(),
                            name -> new EnumMap<>(Signal.class))
                    .putAll(assessment.signals());
        }
        for (Transition transition : changes.transitions()) {
            if (transition.kind() == Transition.Kind.FIRED) {
                fired.add(transition.alert().rule() + " "
                        + transition.alert().labels().get("target"));
            }
        }
    }

    /** Alerts of miners that ever fired, as {@code Rule miner}. */
    synchronized Set<String> fired() {
        Set<String> ofMiners = new TreeSet<>(fired);
        ofMiners.removeIf(alert -> !alert.contains(" miner-"));
        return ofMiners;
    }

    synchronized List<Verdict> verdicts() {
        return List.copyOf(verdicts);
    }

    /** The last observations and what they came to, a line each, for who has to understand a failure. */
    synchronized String lately() {
        return "fired " + fired + "; the last observations:\n" + String.join("\n", lately) + "\n";
    }

    /** What canaries of a kind last said of a miner. */
    synchronized Map<Signal, Double> signals(String miner, CanaryKind kind) {
        return latest.getOrDefault(miner + " " + kind.id(), Map.of());
    }

    /** Injects a fault for as long as the trial lasts, and returns its id. */
    String inject(String type, String target, String args, String lease) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(faults("/faults"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"" + type + "\",\"target\":\"" + target
                        + "\",\"args\":" + args + ",\"lease\":\"" + lease + "\"}"))
                .build());
        if (answer.statusCode() != 201) {
            throw new AssertionError("not injected: " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body()).path("id").asText();
    }

    void end(String fault) throws Exception {
        var unused =
                send(HttpRequest.newBuilder(faults("/faults/" + fault)).DELETE().build());
    }

    private URI faults(String route) {
        return lab.manifest().faults().resolve(route);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
        lab.close();
    }
}
