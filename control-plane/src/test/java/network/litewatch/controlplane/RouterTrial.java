package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.lab.Lab;
import network.litewatch.lab.LabManifest;
import network.litewatch.lab.LabOptions;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Probe;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.NettyExchanger;
import network.litewatch.probe.router.RouterExposureProbe;
import network.litewatch.probe.router.RouterSessionsProbe;
import network.litewatch.probe.router.RouterStatusProbe;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/** The real probes of a router, detectors and shipped rules against the lab's router, with faults on command. */
final class RouterTrial implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BETWEEN = Duration.ofSeconds(15);

    private final Lab lab;
    private final NettyExchanger exchanger;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Probe> probes;
    private final List<Rule> rules;
    private final Map<String, String> parameters = new HashMap<>();
    private final Map<Signal, Double> latest = new EnumMap<>(Signal.class);
    private final Map<String, String> evidence = new HashMap<>();
    private final Set<String> fired = new TreeSet<>();
    private Fleet fleet = Fleet.of(List.of());
    private AlertBook alerts;
    private Instant now = Instant.parse("2026-11-21T00:00:00Z");
    private Optional<Finding> status = Optional.empty();

    RouterTrial(Path home, List<Rule> rules) {
        this.lab = Lab.start(LabOptions.forTests(home));
        this.exchanger =
                new NettyExchanger(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 64);
        this.probes = List.of(
                new RouterStatusProbe(exchanger, System::nanoTime),
                new RouterExposureProbe(exchanger, System::nanoTime),
                new RouterSessionsProbe(exchanger, System::nanoTime));
        this.rules = rules;
        this.alerts = new AlertBook(rules, List.of());
    }

    LabManifest manifest() {
        return lab.manifest();
    }

    /** Forgets all that was concluded. */
    void restart() {
        fleet = Fleet.of(List.of());
        alerts = new AlertBook(rules, List.of());
        latest.clear();
        evidence.clear();
        fired.clear();
        parameters.clear();
    }

    void parameter(String name, String value) {
        parameters.put(name, value);
    }

    /** Every probe of a router so many times. */
    void rounds(int count) {
        for (int i = 0; i < count; i++) {
            now = now.plus(BETWEEN);
            conclude(probes.stream().map(this::ask).toList());
        }
    }

    /** Registers an endpoint for the router of a session on the chain, and returns when it is in a block. */
    void register(long session, String endpoint) {
        EvmClient chain = new EvmClient(rpcA(), TIMEOUT);
        Function add = new Function(
                "addRouter",
                List.of(
                        new Uint256(BigInteger.valueOf(session)),
                        new Address(Accounts.ROUTER),
                        new Utf8String(endpoint)),
                List.of());
        String contract = Objects.requireNonNull(lab.manifest().contracts().get("SessionV2"));
        var unused = chain.awaitReceipt(chain.send(Accounts.OPERATOR, contract, add), TIMEOUT);
    }

    /** Injects a fault at the router and returns its id. */
    String inject(String type, String args) throws Exception {
        return inject(type, "router", args);
    }

    /** Injects a fault and returns its id. */
    String inject(String type, String target, String args) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(faults("/faults"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"" + type + "\",\"target\":\"" + target
                        + "\",\"args\":" + args + ",\"lease\":\"5m\"}"))
                .build());
        if (answer.statusCode() != 201) {
            throw new AssertionError("not injected: " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body()).path("id").asText();
    }

    void end(String fault) throws Exception {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(faults("/faults/" + fault)).DELETE().build());
        if (answer.statusCode() != 200) {
            throw new AssertionError("not ended: " + answer.body());
        }
    }

    Optional<Double> signal(Signal signal) {
        return Optional.ofNullable(latest.get(signal));
    }

    Map<String, String> evidence() {
        return evidence;
    }

    /** What router.status found last. */
    Finding status() {
        return status.orElseThrow();
    }

    /** Alerts that fired since the start of the trial. */
    Set<String> fired() {
        return fired;
    }

    @Override
    public void close() {
        exchanger.close();
        lab.close();
    }

    private URI rpcA() {
        return Objects.requireNonNull(lab.manifest().rpcs().get("rpc-a"));
    }

    private URI faults(String path) {
        return lab.manifest().faults().resolve(path);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private Observation ask(Probe probe) {
        Map<String, String> told = new HashMap<>(parameters);
        told.put(
                RouterSessionsProbe.CONTRACT,
                Objects.requireNonNull(lab.manifest().contracts().get("SessionV2")));
        Target rpc = new Target(
                new TargetId("rpc-a"),
                TargetKind.RPC,
                new NetworkId("trial"),
                SecretUrl.parse(rpcA().toString()),
                Optional.empty(),
                Map.of(),
                Map.of());
        Target router = new Target(
                        new TargetId("router"),
                        TargetKind.ROUTER,
                        new NetworkId("trial"),
                        SecretUrl.parse(lab.manifest().router().toString()),
                        Optional.of(new Secret(lab.manifest().routerToken())),
                        Map.of("operator", "lab"),
                        told)
                .withWitness(rpc);
        Finding finding = probe.run(router, TIMEOUT).join();
        evidence.putAll(finding.evidence());
        if (probe.id().equals(RouterStatusProbe.ID)) {
            status = Optional.of(finding);
        }
        return Observation.of(probe.id(), router, new Vantage("test"), now, now, now, finding);
    }

    private void conclude(List<Observation> round) {
        Fleet.Batch batch = fleet.apply(round);
        AlertBook.Changes changes = alerts.evaluate(batch.assessments());
        fleet.commit(batch);
        alerts.commit(changes);
        for (Assessment assessment : batch.assessments()) {
            latest.putAll(assessment.signals());
        }
        for (Transition transition : changes.transitions()) {
            if (transition.kind() == Transition.Kind.FIRED) {
                fired.add(transition.alert().rule());
            }
        }
    }
}
