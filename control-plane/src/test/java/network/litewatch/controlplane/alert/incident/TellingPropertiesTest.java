package network.litewatch.controlplane.alert.incident;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever happens, and in whatever order: in the end people have been told what is, and not more often than they bear. */
class TellingPropertiesTest {
    private static final List<String> TARGETS = List.of("a", "b", "c");

    enum Event {
        FIRE,
        FIRE_WARNING,
        RESOLVE,
        WAIT,
        WAIT_LONG,
        ACK,
        AWAY,
        BACK
    }

    record Act(Event event, int target, int seconds) {}

    @Property(tries = 300)
    void inTheEndTheMessageSaysWhatIs(@ForAll("acts") List<Act> acts) {
        Office office = new Office();
        Set<String> firing = new HashSet<>();
        int fired = 0;
        for (Act act : acts) {
            String target = TARGETS.get(act.target());
            switch (act.event()) {
                case FIRE, FIRE_WARNING -> {
                    if (firing.add(target)) {
                        office.fire(target, act.event() == Event.FIRE ? "critical" : "warning");
                        fired++;
                    }
                }
                case RESOLVE -> {
                    if (firing.remove(target)) {
                        office.resolve(target);
                    }
                }
                case WAIT -> office.pass(Duration.ofSeconds(act.seconds()));
                case WAIT_LONG -> office.pass(Duration.ofMinutes(act.seconds()));
                case ACK -> {
                    if (office.isOpen()) {
                        office.person(incident -> incident.acked("ann", office.now(), Duration.ofHours(1)));
                    }
                }
                case AWAY -> office.away = true;
                case BACK -> office.away = false;
            }
        }
        office.away = false;
        office.pass(Duration.ofMinutes(1));

        if (fired > 0) {
            IncidentMessage shown = office.shown.orElseThrow();
            assertThat(shown.resolvedAt() == null).isEqualTo(!firing.isEmpty());
            assertThat(shown.firing()).isEqualTo(firing.size());
        } else {
            assertThat(office.sent).isEmpty();
        }
        long posts =
                office.sent.stream().filter(sent -> sent.what().equals("post")).count();
        assertThat(posts).isLessThanOrEqualTo(fired);
        // Nobody is called because something ended.
        assertThat(office.sent.stream().filter(sent -> sent.text().startsWith("resolved")))
                .noneMatch(Office.Sent::mention);
    }

    @Property(tries = 100)
    void whatIsSilencedAllTheTimeIsNeverSpokenOf(@ForAll("acts") List<Act> acts) {
        Office office = new Office();
        office.silences.add(new Silence(
                new UUID(1, 1),
                List.of(Matcher.equal("network", "lab")),
                office.now(),
                office.now().plus(Duration.ofDays(9)),
                "ann",
                "moving",
                office.now()));
        Set<String> firing = new HashSet<>();
        for (Act act : acts) {
            String target = TARGETS.get(act.target());
            if (act.event() == Event.FIRE && firing.add(target)) {
                office.fire(target, "critical");
            } else if (act.event() == Event.RESOLVE && firing.remove(target)) {
                office.resolve(target);
            } else {
                office.pass(Duration.ofSeconds(act.seconds()));
            }
        }

        assertThat(office.sent).isEmpty();
    }

    @Provide
    Arbitrary<List<Act>> acts() {
        return Combinators.combine(
                        Arbitraries.of(Event.values()),
                        Arbitraries.integers().between(0, TARGETS.size() - 1),
                        Arbitraries.integers().between(0, 40))
                .as(Act::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }
}
