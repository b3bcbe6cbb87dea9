package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import network.litewatch.controlplane.index.ChainEventsProbe;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.network.MinerCanaries;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.network.Storing;
import network.litewatch.controlplane.sampling.Interest;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.store.CanarySpendStore;
import network.litewatch.controlplane.vantage.Connectivity;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProbingTest {
    // Never connected to: no network here has a chain that is read.
    private static final Jdbi NO_DATABASE = Jdbi.create("jdbc:postgresql://127.0.0.1:1/none");

    private final GuardedClient own = new GuardedClient(EgressPolicy.allowing(List.of()), System::nanoTime, 1);
    private final Probing probing = new Probing(
            new Probing.Tools(
                    Clock.systemUTC(),
                    new Random(1),
                    new ChainEventsProbe.Tools(
                            NO_DATABASE,
                            new Outbox(NO_DATABASE, Clock.systemUTC()),
                            Clock.systemUTC(),
                            System::nanoTime,
                            new Random(1),
                            (network, events) -> {}),
                    new Connectivity(List.of(), own.sockets(), System::nanoTime),
                    new Canaries(new CanarySpendStore(NO_DATABASE), 1, new Random(1), miner -> Interest.NORMAL),
                    new OwnQuestions(
                            List.of(),
                            new ChainActs(
                                    query -> new ObservationSearch.Page(List.of(), Optional.empty()),
                                    network -> OptionalDouble.empty(),
                                    Clock.systemUTC()))),
            new Vantage("here"),
            4,
            asked -> List.of(),
            observation -> {});

    @AfterEach
    void close() throws Exception {
        probing.close();
        own.close();
    }

    @Test
    void theSameFilesDisturbNothing() {
        probing.replace(List.of(network("one", 10, "a", "b"), network("two", 10, "c")));
        List<ProbePlan> before = probing.plans();

        Probing.Change change = probing.replace(List.of(network("one", 10, "a", "b"), network("two", 10, "c")));

        assertThat(change).isEqualTo(new Probing.Change(List.of(), List.of(), List.of(), 3));
        assertThat(probing.plans()).isEqualTo(before);
    }

    @Test
    void whatComesGoesAndChangesIsTold() {
        probing.replace(List.of(network("one", 10, "a", "b"), network("two", 10, "c")));

        Probing.Change change = probing.replace(List.of(network("one", 20, "a", "d")));

        assertThat(change.added()).extracting(ProbePlan::name).containsExactly("http@d");
        assertThat(change.changed()).extracting(ProbePlan::name).containsExactly("http@a");
        assertThat(change.removed()).extracting(ProbePlan::name).containsExactlyInAnyOrder("http@b", "http@c");
        assertThat(change.unchanged()).isZero();
    }

    @Test
    void anotherReachMeansAnotherClient() {
        probing.replace(List.of(network("one", 10, "a")));
        Network wider = network("one", 10, "a");
        Network narrower = new Network(
                wider.id(),
                wider.title(),
                wider.chainId(),
                wider.blockTime(),
                Map.of(),
                Map.of(),
                List.of(),
                wider.targets(),
                wider.pace(),
                wider.indexing(),
                Map.of(),
                MinerCanaries.DEFAULT);

        assertThat(probing.replace(List.of(narrower)).changed()).hasSize(1);
    }

    private static Network network(String id, int seconds, String... targets) {
        return new Network(
                new NetworkId(id),
                id,
                1,
                Duration.ofSeconds(1),
                Map.of(),
                Map.of(),
                List.of("127.0.0.0/8"),
                Arrays.stream(targets).map(name -> target(id, name)).toList(),
                Map.of(
                        new ProbeId("http"),
                        new Network.Pace(Duration.ofSeconds(seconds), Duration.ofSeconds(5), Storing.ALL, true)),
                Network.Indexing.DEFAULT,
                Map.of(),
                MinerCanaries.DEFAULT);
    }

    private static Target target(String network, String name) {
        return new Target(
                new TargetId(name),
                TargetKind.ENDPOINT,
                new NetworkId(network),
                SecretUrl.parse("http://127.0.0.1:1/" + name),
                Optional.empty(),
                Map.of(),
                Map.of("probe", "http"));
    }
}
