package network.litewatch.controlplane.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.Dependencies;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.alert.incident.MaintenanceWindow;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.alert.incident.WindowStarts;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.notify.Notifier.Posted;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.MuteStore;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is hidden because something that it hangs on is down, or because work was announced; over a real PostgreSQL. */
class HidingIT {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static Jdbi jdbi;

    private final List<MaintenanceWindow> windows = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private Instant now = IncidentSamples.T0;
    private AlertStore alerts;
    private IncidentLog log;

    @BeforeAll
    static void database() {
        jdbi = SharedStores.get().database("hiding");
    }

    @BeforeEach
    void start() {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM incident; DELETE FROM alert; DELETE FROM silence"));
        alerts = new AlertStore(jdbi, JSON);
        log = new IncidentLog(
                jdbi, JSON, () -> now, Pace.DEFAULT, alerts::of, new MuteStore(jdbi, JSON, () -> windows)::at);
    }

    @Test
    void whatHangsOnAnRpcThatIsDownIsNotSpokenOfAndTheRpcSaysHowManyItHides() {
        turn(rpc(Alert.State.FIRING));
        pass(Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            turn(router("router-" + i, "rpc-a", Alert.State.FIRING));
        }
        turn(router("elsewhere", "rpc-b", Alert.State.FIRING));
        pass(Duration.ofMinutes(1));

        assertThat(told)
                .containsSubsequence("rpc fires", "rpc fires, hides 3")
                .contains("router fires, 3 muted: it depends on what RpcFailing of rpc-a fires for")
                .noneMatch(text -> text.contains("hides 4"));
    }

    @Test
    void whatComesBackWithTheRpcIsNeverSpokenOf() {
        turn(rpc(Alert.State.FIRING));
        turn(router("router-0", "rpc-a", Alert.State.FIRING));
        pass(Duration.ofMinutes(2));
        turn(rpc(Alert.State.RESOLVED));
        pass(Duration.ofSeconds(20));
        turn(router("router-0", "rpc-a", Alert.State.RESOLVED));
        pass(Duration.ofMinutes(3));

        assertThat(log.list(true, 10, 0))
                .extracting(view -> view.incident().group().service())
                .containsExactly("rpc");
        assertThat(told).contains("rpc resolved").noneMatch(text -> text.startsWith("router"));
    }

    @Test
    void whatStaysAwayAfterTheRpcIsBackIsToldAMinuteLater() {
        turn(rpc(Alert.State.FIRING));
        turn(router("router-0", "rpc-a", Alert.State.FIRING));
        pass(Duration.ofMinutes(2));
        turn(rpc(Alert.State.RESOLVED));
        pass(Duration.ofSeconds(58));
        assertThat(told).noneMatch(text -> text.startsWith("router"));
        pass(Duration.ofSeconds(5));

        assertThat(told).contains("router fires");
    }

    @Test
    void anRpcThatIsAboutToFireHidesTooAndNoLongerWhenItComesToNothing() {
        Alert pending = rpc(Alert.State.PENDING);
        save(pending);
        turn(router("router-0", "rpc-a", Alert.State.FIRING));
        pass(Duration.ofSeconds(4));
        assertThat(told).isEmpty();
        jdbi.useTransaction(handle ->
                alerts.save(handle, new AlertBook.Changes(List.of(), List.of(pending.fingerprint()), List.of())));
        pass(Duration.ofSeconds(6));

        assertThat(told).contains("router fires");
    }

    @Test
    void theEndOfWhatWasToldIsToldAlsoWhileItIsHidden() {
        turn(router("router-0", "rpc-a", Alert.State.FIRING));
        pass(Duration.ofSeconds(20));
        turn(rpc(Alert.State.FIRING));
        pass(Duration.ofSeconds(20));
        turn(router("router-0", "rpc-a", Alert.State.RESOLVED));
        pass(Duration.ofMinutes(1));

        assertThat(told).containsSubsequence("router fires", "rpc fires, hides 1", "router resolved");
    }

    @Test
    void announcedWorkMutesUntilItIsOver() {
        windows.add(new MaintenanceWindow(
                "upgrade",
                List.of(Matcher.equal("kind", "rpc")),
                WindowStarts.once(IncidentSamples.T0.atZone(ZoneOffset.UTC).toLocalDateTime(), ZoneOffset.UTC),
                Duration.ofMinutes(10),
                "nitro"));
        turn(rpc(Alert.State.FIRING));
        pass(Duration.ofMinutes(9));
        assertThat(told).isEmpty();
        pass(Duration.ofMinutes(2));

        assertThat(told).containsExactly("rpc fires");
    }

    private Alert rpc(Alert.State state) {
        return alert("RpcFailing", "rpc-a", state, Map.of("kind", "rpc", Dependencies.DOWN, "true"));
    }

    private Alert router(String target, String rpc, Alert.State state) {
        return alert(
                "RouterUnavailable",
                target,
                state,
                Map.of("kind", "router", Dependencies.DEPENDS_ON, "rpc", "rpc", rpc));
    }

    private Alert alert(String rule, String target, Alert.State state, Map<String, String> labels) {
        Alert of = IncidentSamples.firing(rule, target, "critical", now);
        Map<String, String> all = new HashMap<>(of.labels());
        all.putAll(labels);
        Alert firing = new Alert(
                of.fingerprint(),
                rule,
                state == Alert.State.PENDING ? Alert.State.PENDING : Alert.State.FIRING,
                all,
                of.annotations(),
                now,
                state == Alert.State.PENDING ? null : now,
                now,
                null,
                now,
                of.reason(),
                List.of());
        return state == Alert.State.RESOLVED ? IncidentSamples.resolved(firing, now) : firing;
    }

    private void save(Alert alert) {
        jdbi.useTransaction(handle -> alerts.save(handle, new AlertBook.Changes(List.of(alert), List.of(), List.of())));
    }

    private void turn(Alert alert) {
        Transition transition = new Transition(
                alert.state() == Alert.State.FIRING ? Transition.Kind.FIRED : Transition.Kind.RESOLVED, alert);
        jdbi.useTransaction(handle -> {
            alerts.save(handle, new AlertBook.Changes(List.of(alert), List.of(), List.of(transition)));
            log.turned(handle, List.of(transition));
        });
    }

    private void pass(Duration time) {
        for (long second = 0; second <= time.toSeconds(); second++) {
            Optional<Due.Root> due = log.next(LEASE);
            while (due.isPresent()) {
                told.add(words(due.get()));
                log.sent(due.get(), new Posted("C1", due.get().incident().toString()));
                due = log.next(LEASE);
            }
            now = now.plusSeconds(1);
        }
    }

    private static String words(Due.Root due) {
        var message = due.message();
        return message.group().service()
                + (message.resolvedAt() == null ? " fires" : " resolved")
                + (message.hiding() > 0 ? ", hides " + message.hiding() : "")
                + (message.muted() > 0
                        ? ", " + message.muted() + " muted: "
                                + message.mutedWhy().get(0)
                        : "");
    }
}
