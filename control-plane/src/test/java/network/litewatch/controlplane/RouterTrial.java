package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
import network.litewatch.probe.http.OkHttpExchanger;
import network.litewatch.probe.router.RouterExposureProbe;
import network.litewatch.probe.router.RouterStatusProbe;

/** The real probes of a router, detectors and shipped rules against the lab's router, with faults on command. */
final class RouterTrial implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BETWEEN = Duration.ofSeconds(15);

    private final Lab lab;
    private final OkHttpExchanger exchanger;
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
                new OkHttpExchanger(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 64);
        this.probes = List.of(
                new RouterStatusProbe(exchanger, System::nanoTime),
                new RouterExposureProbe(exchanger, System::nanoTime));
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

    /** Injects a fault and returns its id. */
    String inject(String type, String args) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(faults("/faults"))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"type\":\"" + type + "\",\"target\":\"router\",\"args\":" + args + ",\"lease\":\"5m\"}"))
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

    private URI faults(String path) {
        return lab.manifest().faults().resolve(path);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private Observation ask(Probe probe) {
        Target router = new Target(
                new TargetId("router"),
                TargetKind.ROUTER,
                new NetworkId("trial"),
                SecretUrl.parse(lab.manifest().router().toString()),
                Optional.of(new Secret(lab.manifest().routerToken())),
                Map.of("operator", "lab"),
                parameters);
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
