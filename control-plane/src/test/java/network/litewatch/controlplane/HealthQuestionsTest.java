package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.schedule.ScheduleWatchdog;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class HealthQuestionsTest {
    private static final Instant T0 = Instant.parse("2026-11-21T12:00:00Z");

    // Never connected to.
    private final Outbox outbox = new Outbox(Jdbi.create("jdbc:postgresql://127.0.0.1:1/none"), () -> T0);
    private Instant now = T0;
    private final LatestAssessments latest = new LatestAssessments(vantage -> false);
    private final HealthQuestions health = new HealthQuestions(
            () -> now,
            latest,
            new ScheduleWatchdog(() -> now, List::of),
            outbox,
            new Shipper(outbox, documents -> List.of(), () -> now, new Random(1), verdict -> {}));

    @Test
    void thatOurOwnCountsCanBeReadHidesNoNetworkThatIsGone() {
        see("rpc.head", TargetKind.RPC, Outcome.failed(Reason.CONNECTION_REFUSED, ""));
        see("slo.burn", TargetKind.SLO, Outcome.ok());

        assertThat(health.inputs()).hasValueSatisfying(why -> assertThat(why).contains("no target of lab"));

        see("router.status", TargetKind.ROUTER, Outcome.ok());
        assertThat(health.inputs()).isEmpty();
    }

    @Test
    void thatOurOwnCountsCanBeReadIsNoInput() {
        see("rpc.head", TargetKind.RPC, Outcome.ok());
        now = T0.plus(Duration.ofHours(1));
        see("slo.burn", TargetKind.SLO, Outcome.ok());

        assertThat(health.inputs()).hasValueSatisfying(why -> assertThat(why).contains("no observation since " + T0));
    }

    private void see(String probe, TargetKind kind, Outcome outcome) {
        latest.add(new Assessment(
                new SeriesKey(new ProbeId(probe), new TargetId(probe), new Vantage("here")),
                kind,
                new NetworkId("lab"),
                Map.of(),
                now,
                outcome,
                Map.of()));
    }
}
