package network.litewatch.controlplane;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.lab.LabOptions;
import network.litewatch.lab.ManualChain;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.chain.LogsRangeProbe;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.SseConsumer;
import network.litewatch.probe.rpc.RpcConsistencyProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;
import network.litewatch.probe.rpc.RpcSubscriptionProbe;
import network.litewatch.probe.rpc.SequencerFeedProbe;
import network.litewatch.probe.rpc.WalletProbe;
import network.litewatch.probe.rpc.WalletTransactionsProbe;
import org.awaitility.Awaitility;

/**
 * The real probes, detectors and shipped rules over a real chain, in a time of its own: a second passes when {@link #pass} says so,
 * for the chain's timestamps as for the prober's clock. Every trial starts a new fleet over the same chain.
 */
final class ChainTrial implements AutoCloseable {
    /** Three RPCs of three operators. */
    static final List<String> RPCS = List.of("rpc-a", "rpc-b", "rpc-c");

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LISTENING = 10;
    // Half of it is listened for, in real time.
    private static final Duration LISTENING_TIMEOUT = Duration.ofSeconds(2);

    private final ManualChain chain;
    private final GuardedClient client;
    private final HttpExchanger exchanger;
    private final List<Rule> rules;
    private final Map<String, String> parameters = new HashMap<>();
    private final Map<String, String> labels = new HashMap<>();
    private Fleet fleet = Fleet.of(List.of());
    private AlertBook alerts;
    private final Map<SeriesKey, Map<Signal, Double>> latest = new LinkedHashMap<>();
    private final Set<String> fired = new LinkedHashSet<>();
    private volatile Instant now;
    private String wallet = "";
    private boolean listening;

    ChainTrial(Path home, List<Rule> rules) {
        this.chain = ManualChain.start(LabOptions.forTests(home), RPCS);
        this.client =
                new GuardedClient(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 64);
        this.exchanger = client.http();
        this.rules = rules;
        this.alerts = new AlertBook(rules, List.of());
        this.now = Instant.ofEpochSecond(chain.timestamp());
    }

    ManualChain chain() {
        return chain;
    }

    /** Forgets all that was concluded; the chain goes on. */
    void restart() {
        fleet = Fleet.of(List.of());
        alerts = new AlertBook(rules, List.of());
        latest.clear();
        fired.clear();
        parameters.clear();
        labels.clear();
        wallet = "";
        listening = false;
        parameters.put("chain_id", "31337");
        parameters.put("anchor_step", "8");
        now = Instant.ofEpochSecond(chain.timestamp());
    }

    void parameter(String name, String value) {
        parameters.put(name, value);
    }

    /** From here on the wallet is asked for too, through {@code rpc-a}. */
    void watch(String address) {
        wallet = address;
    }

    /** From here on the WebSocket and the sequencer's feed are listened to every {@value #LISTENING} seconds. */
    void listen() {
        listening = true;
    }

    void label(String name, String value) {
        labels.put(name, value);
    }

    /** So many seconds, with {@code blocks} blocks in each; heads are asked for every second, consistency every fifth. */
    void pass(int seconds, int blocks) {
        for (int i = 0; i < seconds; i++) {
            now = now.plusSeconds(1);
            for (int block = 0; block < blocks; block++) {
                chain.mine(now.getEpochSecond());
            }
            List<Observation> round = new ArrayList<>();
            for (String rpc : RPCS) {
                round.add(ask(new RpcHeadProbe(exchanger, () -> now), rpc));
                if (now.getEpochSecond() % 5 == 0) {
                    round.add(ask(new RpcConsistencyProbe(exchanger, System::nanoTime), rpc));
                }
            }
            if (!wallet.isEmpty()) {
                round.add(ask(new WalletProbe(exchanger, System::nanoTime), "rpc-a"));
                round.add(ask(new WalletTransactionsProbe(exchanger, System::nanoTime), "rpc-a"));
            }
            if (listening && now.getEpochSecond() % LISTENING == 0) {
                round.addAll(hear(blocks > 0));
            }
            conclude(round);
        }
    }

    /** Listens to both sources at once, while blocks come or none does. */
    private List<Observation> hear(boolean blocks) {
        Target socket = target("rpc-a", TargetKind.RPC, chain.rpc("rpc-a"), parameters)
                .withWitness(target("rpc-a", TargetKind.RPC, chain.socket(), parameters));
        Target feed = target(
                        "feed",
                        TargetKind.ENDPOINT,
                        chain.feed(),
                        Map.of(SequencerFeedProbe.PARAMETER, SequencerFeedProbe.ID.value()))
                .withWitness(socket);
        CompletableFuture<Finding> heads =
                new RpcSubscriptionProbe(client.webSockets(), exchanger).run(socket, LISTENING_TIMEOUT);
        CompletableFuture<Finding> messages =
                new SequencerFeedProbe(client.webSockets(), exchanger).run(feed, LISTENING_TIMEOUT);
        Awaitility.await().pollInterval(Duration.ofMillis(300)).until(() -> {
            if (blocks) {
                chain.mine(now.getEpochSecond());
            }
            return heads.isDone() && messages.isDone();
        });
        return List.of(
                observation(RpcSubscriptionProbe.ID, socket, heads.join()),
                observation(SequencerFeedProbe.ID, feed, messages.join()));
    }

    /** Time passes at once, unobserved, as on a chain that is asked once a minute or an hour. */
    void leap(Duration duration) {
        now = now.plus(duration);
    }

    /** The trial's time; any thread may ask. */
    Instant now() {
        return now;
    }

    HttpExchanger exchanger() {
        return exchanger;
    }

    /** The same, which tells {@code asked} the body of each request first. */
    HttpExchanger exchanger(Consumer<String> asked) {
        return new HttpExchanger() {
            @Override
            public CompletableFuture<HttpResult> exchange(HttpRequest request) {
                asked.accept(request.json().orElse(""));
                return exchanger.exchange(request);
            }

            @Override
            public CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer) {
                return exchanger.stream(request, consumer);
            }
        };
    }

    /** Judges a run that was made outside of {@link #pass}. */
    void conclude(ProbeId probe, Target target, Finding finding) {
        conclude(List.of(observation(probe, target, finding)));
    }

    /** A day passes, and the width of eth_getLogs is measured at every RPC. */
    void measureRanges() {
        leap(Duration.ofDays(1));
        List<Observation> round = new ArrayList<>();
        RPCS.forEach(rpc -> round.add(ask(new LogsRangeProbe(exchanger, System::nanoTime), rpc)));
        conclude(round);
    }

    /** The signal's newest value at an RPC, or at the chain under the name of its network; the highest of all probes. */
    Optional<Double> signal(String target, Signal signal) {
        return latest.entrySet().stream()
                .filter(entry -> entry.getKey().target().value().equals(target))
                .flatMap(entry -> Optional.ofNullable(entry.getValue().get(signal)).stream())
                .max(Double::compare);
    }

    /** Looks away from what has fired so far. */
    void forgetFired() {
        fired.clear();
    }

    /** Alerts that fired since the start of the trial, as {@code Alert target}. */
    Set<String> fired() {
        return fired;
    }

    @Override
    public void close() {
        client.close();
        chain.close();
    }

    private Observation ask(Probe probe, String rpc) {
        boolean ofWallet = probe.kind() == TargetKind.WALLET;
        Map<String, String> told = new HashMap<>(parameters);
        told.put(WalletProbe.ADDRESS, wallet);
        told.put(WalletTransactionsProbe.WINDOW, "20");
        Target target = target(ofWallet ? "wallet" : rpc, probe.kind(), chain.rpc(rpc), told);
        return observation(probe.id(), target, probe.run(target, TIMEOUT).join());
    }

    Target target(String name, TargetKind kind, URI uri, Map<String, String> told) {
        Map<String, String> own = new HashMap<>(labels);
        own.putIfAbsent("operator", "operator of " + name);
        return new Target(
                new TargetId(name),
                kind,
                new NetworkId("trial"),
                SecretUrl.parse(uri.toString(), Set.of("http", "ws")),
                Optional.empty(),
                own,
                told);
    }

    private Observation observation(ProbeId probe, Target target, Finding finding) {
        return Observation.of(probe, target, new Vantage("test"), now, now, now, finding);
    }

    private void conclude(List<Observation> round) {
        Fleet.Batch batch = fleet.apply(round);
        AlertBook.Changes changes = alerts.evaluate(batch.assessments());
        fleet.commit(batch);
        alerts.commit(changes);
        for (Assessment assessment : batch.assessments()) {
            latest.computeIfAbsent(assessment.key(), t -> new HashMap<>()).putAll(assessment.signals());
        }
        for (Transition transition : changes.transitions()) {
            if (transition.kind() == Transition.Kind.FIRED) {
                fired.add(transition.alert().rule() + " "
                        + transition.alert().labels().get("target"));
            }
        }
    }
}
