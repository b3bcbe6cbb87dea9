package network.litewatch.controlplane.vantage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose fault a failure is: with witnesses that are reached, with some that are not, and with none. */
class ConnectivityIT {
    private static final Target SITE = new Target(
            new TargetId("site"),
            TargetKind.ENDPOINT,
            new NetworkId("lab"),
            SecretUrl.parse("http://127.0.0.1:1"),
            Optional.empty(),
            Map.of(),
            Map.of());

    private GuardedClient client;
    private ServerSocket witness;
    private String gone;

    @BeforeEach
    void open() throws IOException {
        client = new GuardedClient(EgressPolicy.allowing(Connectivity.ANYWHERE), System::nanoTime, 8);
        witness = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = "tcp://127.0.0.1:" + closed.getLocalPort();
        }
    }

    @AfterEach
    void close() throws IOException {
        witness.close();
        client.close();
    }

    @Test
    void aFailureIsTheTargetsWhileAnyWitnessIsReached() throws Exception {
        Connectivity connectivity = connectivity(gone, here());

        assertThat(run(connectivity, Outcome.failed(Reason.TIMEOUT, "no answer"))
                        .reason())
                .isEqualTo(Reason.TIMEOUT);
        assertThat(connectivity.isOffline()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"TIMEOUT", "DNS_FAILURE", "CONNECTION_REFUSED", "CONNECTION_RESET", "NETWORK_ERROR"})
    void whenNoWitnessIsReachedAFailureOnTheWayIsNobodys(Reason reason) throws Exception {
        Connectivity connectivity = connectivity(gone);

        Outcome outcome = run(connectivity, Outcome.failed(reason, "as it was"));

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        assertThat(outcome.reason()).isEqualTo(Reason.VANTAGE_OFFLINE);
        assertThat(outcome.detail()).contains(reason.label(), "as it was");
        assertThat(connectivity.isOffline()).isTrue();
    }

    @Test
    void whatTheTargetSaidItselfIsItsOwnWhateverTheWitnesses() throws Exception {
        Connectivity connectivity = connectivity(gone);

        assertThat(run(connectivity, Outcome.ok()).isOk()).isTrue();
        assertThat(run(connectivity, Outcome.failed(Reason.HTTP_STATUS, "500")).reason())
                .isEqualTo(Reason.HTTP_STATUS);
        assertThat(connectivity.isOffline()).as("nobody had to look").isFalse();
    }

    @Test
    void aRunDuringWhichTheNetworkWasGoneIsNobodysAlsoWhenItIsBack() throws Exception {
        Connectivity connectivity = connectivity(here());
        CompletableFuture<Finding> slow = new CompletableFuture<>();
        CompletableFuture<Finding> seen = connectivity.guarding(probe(slow)).run(SITE, Duration.ofSeconds(5));
        int port = witness.getLocalPort();
        witness.close();
        assertThat(connectivity.look().get(5, TimeUnit.SECONDS)).isTrue();
        witness = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        assertThat(connectivity.look().get(5, TimeUnit.SECONDS)).isFalse();

        slow.complete(Finding.of(Outcome.failed(Reason.TIMEOUT, "")));

        assertThat(seen.get(5, TimeUnit.SECONDS).outcome().reason()).isEqualTo(Reason.VANTAGE_OFFLINE);
        assertThat(run(connectivity, Outcome.failed(Reason.TIMEOUT, "")).reason())
                .as("a run that began afterwards")
                .isEqualTo(Reason.TIMEOUT);
    }

    @Test
    void withoutWitnessesNothingIsChecked() throws Exception {
        Connectivity none = connectivity();

        assertThat(none.isChecked()).isFalse();
        assertThat(none.wasOfflineSince(0).get(5, TimeUnit.SECONDS)).isFalse();
        Probe probe = probe(new CompletableFuture<>());
        assertThat(none.guarding(probe)).isSameAs(probe);
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "tcp://example.org", "udp://example.org:53", "tcp://", "http://0177.0.0.1"})
    void aWitnessIsAServerThatTakesConnections(String witness) {
        assertThat(Connectivity.problem(witness)).isPresent();
    }

    private String here() {
        return "http://127.0.0.1:" + witness.getLocalPort() + "/health";
    }

    private Connectivity connectivity(String... witnesses) {
        return new Connectivity(List.of(witnesses), client.sockets(), System::nanoTime);
    }

    private static Outcome run(Connectivity connectivity, Outcome outcome) throws Exception {
        return connectivity
                .guarding(probe(CompletableFuture.completedFuture(Finding.of(outcome))))
                .run(SITE, Duration.ofSeconds(5))
                .get(5, TimeUnit.SECONDS)
                .outcome();
    }

    private static Probe probe(CompletableFuture<Finding> answer) {
        return new Probe() {
            @Override
            public ProbeId id() {
                return new ProbeId("http");
            }

            @Override
            public TargetKind kind() {
                return TargetKind.ENDPOINT;
            }

            @Override
            public CompletableFuture<Finding> run(Target target, Duration timeout) {
                return answer;
            }
        };
    }
}
