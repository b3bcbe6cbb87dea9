package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.Decision;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.alert.incident.Silence;
import network.litewatch.controlplane.api.OperatorActions.Wish;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.AuditChain;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.AuditLog.Actor;
import network.litewatch.controlplane.store.FalseAlarms;
import network.litewatch.controlplane.store.MuteStore;
import network.litewatch.controlplane.store.SilenceStore;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people do, in a real PostgreSQL, and the trace that it leaves. */
class OperatorDeskIT {
    private static final Actor ANN = new Actor("ann", "10.0.0.7");
    private static final Instant T0 = IncidentSamples.T0;
    private static final List<Matcher> LAB = List.of(Matcher.equal("network", "lab"));

    private final ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
    private final Jdbi jdbi = SharedStores.get().database("operator_desk");
    private final AtomicInteger woken = new AtomicInteger();
    private Instant now = T0;
    private final AlertStore alerts = new AlertStore(jdbi, json);
    private final SilenceStore silences = new SilenceStore(jdbi, json);
    private final IncidentLog incidents =
            new IncidentLog(jdbi, json, () -> now, Pace.DEFAULT, alerts::of, new MuteStore(jdbi, json, List::of)::at);
    private final AuditLog audit = new AuditLog(jdbi, () -> now);
    private final OperatorDesk desk =
            new OperatorDesk(jdbi, () -> now, silences, incidents, audit, woken::incrementAndGet);

    @BeforeEach
    void empty() {
        jdbi.useHandle(handle -> {
            handle.execute("ALTER TABLE audit DISABLE TRIGGER USER");
            handle.execute("DELETE FROM incident; DELETE FROM alert; DELETE FROM silence; DELETE FROM audit");
            handle.execute("ALTER TABLE audit ENABLE TRIGGER USER");
        });
    }

    @Test
    void aSilenceMutesFromNowAndItsEndIsSeenAtOnce() {
        UUID incident = fire("a");
        UUID silence = desk.silence(Optional.empty(), wish(LAB, Duration.ofHours(1)), ANN)
                .orElseThrow()
                .id();

        assertThat(incidents.explain(incident).orElseThrow().root()).isEqualTo(Decision.Root.NONE);
        assertThat(incidents.explain(incident).orElseThrow().steps())
                .anyMatch(step -> step.contains("silenced until") && step.contains("deploy"));

        now = now.plusSeconds(60);
        desk.expire(silence, ANN);

        assertThat(incidents.explain(incident).orElseThrow().root()).isEqualTo(Decision.Root.POST);
        assertThat(silences.find(silence).orElseThrow().at(now)).isEqualTo(Silence.State.EXPIRED);
        assertThat(woken).hasValue(2);
        assertThat(deeds()).containsExactly("silence.expire", "silence.create");
    }

    @Test
    void aChangedEndIsTheSameSilenceAndAnotherAimIsAnotherOne() {
        UUID first = desk.silence(Optional.empty(), wish(LAB, Duration.ofHours(1)), ANN)
                .orElseThrow()
                .id();
        now = now.plusSeconds(60);
        Silence longer = desk.silence(Optional.of(first), wish(LAB, Duration.ofHours(9)), ANN)
                .orElseThrow();
        assertThat(longer.id()).isEqualTo(first);
        assertThat(longer.startsAt()).isEqualTo(T0);

        Silence other = desk.silence(
                        Optional.of(first), wish(List.of(Matcher.equal("target", "x")), Duration.ofHours(1)), ANN)
                .orElseThrow();

        assertThat(other.id()).isNotEqualTo(first);
        assertThat(silences.find(first).orElseThrow().at(now)).isEqualTo(Silence.State.EXPIRED);
        assertThat(deeds()).containsExactly("silence.create", "silence.expire", "silence.update", "silence.create");
        assertThat(desk.silence(Optional.of(new UUID(4, 4)), wish(LAB, Duration.ofHours(1)), ANN))
                .isEmpty();
    }

    @Test
    void aWishThatCannotBeLeavesNoTrace() {
        assertThatThrownBy(() -> desk.silence(Optional.empty(), wish(List.of(), Duration.ofHours(1)), ANN))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(silences.all()).isEmpty();
        assertThat(deeds()).isEmpty();
    }

    @Test
    void whoTakesAnIncidentIsShownAndWrittenDown() {
        UUID incident = fire("a");

        desk.ack(incident, Duration.ofHours(2), ANN);
        assertThat(incidents.find(incident).orElseThrow().incident().ack())
                .satisfies(ack -> assertThat(ack.until()).isEqualTo(T0.plus(Duration.ofHours(2))));
        desk.release(incident, ANN);
        assertThat(incidents.find(incident).orElseThrow().incident().ack()).isNull();
        desk.falseAlarm(incident, ANN);

        assertThat(incidents.find(incident).orElseThrow().incident().falseAlarm())
                .isEqualTo("ann");
        assertThat(new FalseAlarms(jdbi).since(T0)).hasSize(1).containsValue(1);
        assertThat(new FalseAlarms(jdbi).since(T0.plusSeconds(1))).isEmpty();
        assertThat(deeds()).containsExactly("incident.false_alarm", "incident.release", "incident.ack");
        assertThat(desk.ack(new UUID(4, 4), Duration.ofHours(1), ANN)).isEmpty();
        assertThat(deeds()).hasSize(3);
    }

    @Test
    void theAuditLogIsAppendOnlyAndWhateverIsDoneToItShows() {
        for (int i = 0; i < 6; i++) {
            desk.silence(Optional.empty(), wish(LAB, Duration.ofHours(1 + i)), ANN);
        }
        assertThat(chain().broken()).isEmpty();
        String newest = chain().hash();

        assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute("TRUNCATE audit")))
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute("UPDATE audit SET actor = 'bob'")))
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute("DELETE FROM audit")))
                .hasMessageContaining("append-only");

        // Whoever owns the database can take the guard away.
        tamper("UPDATE audit SET actor = 'bob' WHERE seq = 3");
        assertThat(chain().broken()).singleElement().asString().startsWith("entry 3 was changed");
        tamper("UPDATE audit SET actor = 'ann' WHERE seq = 3");
        assertThat(chain().broken()).isEmpty();

        tamper("UPDATE audit SET seq = CASE seq WHEN 4 THEN 100 ELSE 4 END WHERE seq IN (4, 5)");
        tamper("UPDATE audit SET seq = 5 WHERE seq = 100");
        assertThat(chain().broken()).hasSizeGreaterThanOrEqualTo(2);
        tamper("UPDATE audit SET seq = CASE seq WHEN 4 THEN 100 ELSE 4 END WHERE seq IN (4, 5)");
        tamper("UPDATE audit SET seq = 5 WHERE seq = 100");

        tamper("DELETE FROM audit WHERE seq = 2");
        assertThat(chain().broken()).containsExactly("entry 2 is missing");
        tamper("DELETE FROM audit WHERE seq = 1");
        assertThat(chain().broken()).singleElement().asString().startsWith("the log begins with entry 3");
        assertThat(chain().hash()).isEqualTo(newest);
    }

    @Test
    void whoeverActsAtTheSameTimeIsWrittenDownOneAfterTheOther() throws Exception {
        List<Thread> people = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread person = new Thread(() -> {
                var unused = desk.silence(Optional.empty(), wish(LAB, Duration.ofHours(1)), ANN);
            });
            person.start();
            people.add(person);
        }
        for (Thread person : people) {
            person.join();
        }

        assertThat(chain().entries()).isEqualTo(8);
        assertThat(chain().broken()).isEmpty();
    }

    private UUID fire(String target) {
        Alert alert = IncidentSamples.firing(target, "critical", now);
        Transition fired = new Transition(Transition.Kind.FIRED, alert);
        jdbi.useTransaction(handle -> {
            alerts.save(handle, new AlertBook.Changes(List.of(alert), List.of(), List.of(fired)));
            incidents.turned(handle, List.of(fired));
        });
        return incidents.list(true, 1, 0).get(0).incident().id();
    }

    private Wish wish(List<Matcher> matchers, Duration lasts) {
        return new Wish(matchers, now, now.plus(lasts), "ann", "deploy");
    }

    private AuditChain chain() {
        AuditChain chain = new AuditChain();
        audit.newest(1_000, Long.MAX_VALUE).forEach(chain::add);
        return chain;
    }

    private List<String> deeds() {
        return audit.newest(100, Long.MAX_VALUE).stream()
                .map(link -> link.entry().action())
                .toList();
    }

    private void tamper(String sql) {
        jdbi.useTransaction(handle -> {
            handle.execute("ALTER TABLE audit DISABLE TRIGGER USER");
            handle.execute(sql);
            handle.execute("ALTER TABLE audit ENABLE TRIGGER USER");
        });
    }
}
