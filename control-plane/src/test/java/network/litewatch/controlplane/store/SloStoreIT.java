package network.litewatch.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.slo.Budgeting;
import network.litewatch.controlplane.slo.Counts;
import network.litewatch.controlplane.slo.History;
import network.litewatch.controlplane.slo.Sli;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.controlplane.slo.SloSeries;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SloStoreIT {
    private static final Jdbi JDBI = SharedStores.get().database("slo_store");
    private static final ProbeId HEAD = new ProbeId("rpc.head");
    private static final NetworkId LAB = new NetworkId("lab");
    private static final Instant T0 = Instant.parse("2026-11-21T12:00:00Z");
    private static final Budgeting RUNS = new Budgeting.Occurrences();
    private static final Budgeting SLICES = new Budgeting.Timeslices(0.9, Duration.ofMinutes(5));

    private Instant now = T0;
    private List<Slo> slos = List.of(slo("runs", RUNS));
    private final SloStore store = new SloStore(JDBI, () -> now, () -> slos);

    @BeforeEach
    void empty() {
        JDBI.useHandle(handle -> handle.execute("TRUNCATE slo_minute, slo_hour"));
    }

    private static Slo slo(String name, Budgeting budgeting) {
        return new Slo(
                name,
                name,
                "rpc",
                "ours",
                new Sli(HEAD, Set.of(), Set.of(), Map.of(), Sli.By.TARGET, Optional.empty()),
                budgeting,
                0.99,
                Duration.ofDays(30));
    }

    private static SloSeries series(Slo slo) {
        return new SloSeries(slo, LAB, Optional.of(new TargetId("a")));
    }

    private static Fleet.Batch batch(Instant at, int good, int bad) {
        List<Assessment> runs = new ArrayList<>();
        for (int i = 0; i < good + bad; i++) {
            runs.add(new Assessment(
                    new SeriesKey(HEAD, new TargetId("a"), new Vantage("here")),
                    TargetKind.RPC,
                    LAB,
                    Map.of(),
                    at,
                    i < good ? Outcome.ok() : Outcome.failed(Reason.TIMEOUT, "no answer"),
                    Map.of()));
        }
        return new Fleet.Batch(runs, List.of());
    }

    private void add(Instant at, int good, int bad) {
        JDBI.useTransaction(handle -> store.add(handle, batch(at, good, bad)));
    }

    private Counts whole(Slo slo) {
        return store.history(series(slo), now).within(slo.window(), slo.budgeting(), now);
    }

    private static long rows(String table) {
        return JDBI.withHandle(handle -> handle.createQuery("SELECT count(*) FROM " + table)
                .mapTo(Long.class)
                .one());
    }

    @Test
    void whatIsCommittedIsThereAfterARestartAndWhatIsNotIsNot() {
        add(T0.minusSeconds(90), 5, 1);
        assertThatThrownBy(() -> JDBI.useTransaction(handle -> {
                    store.add(handle, batch(T0.minusSeconds(30), 7, 0));
                    throw new IllegalStateException("killed before the commit");
                }))
                .hasMessage("killed before the commit");
        assertThat(whole(slos.get(0))).isEqualTo(new Counts(5, 6));

        // The same batch again, as the pipeline does, by a service that knows nothing of before.
        SloStore restarted = new SloStore(JDBI, () -> now, () -> slos);
        JDBI.useTransaction(handle -> restarted.add(handle, batch(T0.minusSeconds(30), 7, 0)));

        assertThat(whole(slos.get(0))).isEqualTo(new Counts(12, 13));
        assertThat(rows("slo_minute")).isEqualTo(2);
    }

    @Test
    void aConnectionThatDiesInTheMiddleLosesNothingAndDoublesNothing() {
        assertThatThrownBy(() -> JDBI.useTransaction(handle -> {
                    store.add(handle, batch(T0.minusSeconds(30), 3, 1));
                    int backend = handle.createQuery("SELECT pg_backend_pid()")
                            .mapTo(Integer.class)
                            .one();
                    JDBI.useHandle(other -> other.createQuery("SELECT pg_terminate_backend(:backend)")
                            .bind("backend", backend)
                            .mapTo(Boolean.class)
                            .one());
                    store.add(handle, batch(T0.minusSeconds(30), 3, 1));
                }))
                .isInstanceOf(RuntimeException.class);
        assertThat(whole(slos.get(0))).isEqualTo(Counts.NONE);

        add(T0.minusSeconds(30), 3, 1);

        assertThat(whole(slos.get(0))).isEqualTo(new Counts(3, 4));
    }

    @Test
    void twoNodesAtOnceCountAllOfIt() {
        SloStore other = new SloStore(JDBI, () -> now, () -> slos);

        CompletableFuture.allOf(IntStream.range(0, 40)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> JDBI.useTransaction(
                                handle -> (i % 2 == 0 ? store : other).add(handle, batch(T0.minusSeconds(30), 2, 1)))))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(whole(slos.get(0))).isEqualTo(new Counts(80, 120));
        assertThat(rows("slo_minute")).isEqualTo(1);
    }

    @Test
    void foldedHoursSayWhatTheirMinutesSaid() {
        slos = List.of(slo("runs", RUNS), slo("slices", SLICES));
        // Ten minutes of each of ten hours, of which every second slice is bad.
        for (int hour = 10; hour >= 1; hour--) {
            for (int minute = 0; minute < 10; minute++) {
                Instant at = T0.minus(Duration.ofHours(hour)).plus(Duration.ofMinutes(minute));
                now = at.plusSeconds(60);
                add(at, 4, minute < 5 ? 0 : 1);
            }
        }
        now = T0;
        assertThat(whole(slos.get(0))).isEqualTo(new Counts(400, 450));
        assertThat(whole(slos.get(1))).isEqualTo(new Counts(10, 20));
        assertThat(rows("slo_minute")).isEqualTo(200);

        assertThat(store.fold()).isEqualTo(80);

        assertThat(whole(slos.get(0))).isEqualTo(new Counts(400, 450));
        assertThat(whole(slos.get(1))).isEqualTo(new Counts(10, 20));
        assertThat(rows("slo_minute")).isEqualTo(120);
        assertThat(rows("slo_hour")).isEqualTo(8);
        assertThat(store.fold()).isZero();
    }

    @Test
    void whatComesAfterItsHourWasFoldedDoesNotCountASecondTime() {
        slos = List.of(slo("slices", SLICES));
        add(T0.minus(Duration.ofHours(7)), 1, 0);

        assertThat(rows("slo_minute")).isZero();
        add(T0.minus(History.BY_THE_MINUTE), 1, 0);
        assertThat(rows("slo_minute")).isEqualTo(1);
    }

    @Test
    void anotherIndicatorStartsAnewAndTheOldComesBackAsItWas() {
        add(T0.minusSeconds(30), 3, 1);
        Slo before = slos.get(0);
        Slo after = slo("runs", SLICES);

        assertThat(whole(after)).isEqualTo(Counts.NONE);
        assertThat(whole(before)).isEqualTo(new Counts(3, 4));
    }

    @Test
    void whatNoWindowReachesIsForgotten() {
        add(T0.minusSeconds(30), 3, 1);
        now = T0.plus(Duration.ofDays(1));
        store.fold();
        assertThat(rows("slo_hour")).isEqualTo(1);

        now = T0.plus(Duration.ofDays(91));
        store.fold();

        assertThat(rows("slo_hour")).isZero();
    }
}
