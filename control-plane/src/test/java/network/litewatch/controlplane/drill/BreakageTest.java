package network.litewatch.controlplane.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.drill.Drill.Fault;
import org.junit.jupiter.api.Test;

class BreakageTest {
    private static final Fault SLACK = new Fault("slack.down", "slack", Map.of(), Duration.ofSeconds(25));
    private static final Fault STORE = new Fault("tcp.reset", "store", Map.of(), Duration.ofSeconds(200));

    private final Recording injector = new Recording();

    @Test
    void whatIsBrokenBesidesIsMadeFirstAndTheLongestLeaseIsTheEnd() {
        Injector.Answer answer = Breakage.make(Scenes.besides(SLACK, STORE), injector);

        assertThat(injector.asked)
                .containsExactly("make slack.down at slack", "make tcp.reset at store", "make rpc.freeze at rpc-b");
        assertThat(answer).isEqualTo(new Injector.Made("rpc.freeze", Scenes.START.plusSeconds(200)));
    }

    @Test
    void whereOneCannotBeMadeNothingIsLeft() {
        injector.refused.add("rpc.freeze");

        Injector.Answer answer = Breakage.make(Scenes.besides(SLACK, STORE), injector);

        assertThat(injector.asked)
                .endsWith(
                        "make rpc.freeze at rpc-b",
                        "undo slack.down at slack Optional[slack.down]",
                        "undo tcp.reset at store Optional[tcp.reset]");
        assertThat(answer).isEqualTo(new Injector.NotMade("rpc.freeze at rpc-b: no such thing", true));
    }

    @Test
    void whatCannotBeUndoneThenMayStillBeThere() {
        injector.refused.add("rpc.freeze");
        injector.stuck.add("slack.down");

        assertThat(Breakage.make(Scenes.besides(SLACK), injector))
                .isEqualTo(new Injector.NotMade(
                        "rpc.freeze at rpc-b: no such thing; slack.down at slack is not undone: it sticks", false));
    }

    @Test
    void allIsMendedAndEachThatIsNotIsNamed() {
        Drill drill = Scenes.besides(SLACK, STORE);
        assertThat(Breakage.mend(drill, injector, Optional.of("f-3"))).isEmpty();
        assertThat(injector.asked)
                .containsExactly(
                        "undo slack.down at slack Optional.empty",
                        "undo tcp.reset at store Optional.empty",
                        "undo rpc.freeze at rpc-b Optional[f-3]");

        injector.asked.clear();
        injector.stuck.addAll(Set.of("tcp.reset", "rpc.freeze"));
        assertThat(Breakage.mend(drill, injector, Optional.empty()))
                .contains("tcp.reset at store is not undone: it sticks; rpc.freeze at rpc-b is not undone: it sticks");
        assertThat(injector.asked).hasSize(3);
    }

    @Test
    void aDrillWithNothingBesidesSaysWhatTheInjectorSays() {
        injector.refused.add("rpc.freeze");

        assertThat(Breakage.make(Scenes.drill(), injector)).isEqualTo(new Injector.NotMade("no such thing", true));
        assertThat(Scenes.drill().broken()).isEqualTo("rpc.freeze at rpc-b");
        assertThat(Scenes.besides(SLACK).broken()).isEqualTo("rpc.freeze at rpc-b, beside slack.down at slack");
    }

    private static final class Recording implements Injector {
        private final List<String> asked = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private final List<String> stuck = new ArrayList<>();

        @Override
        public Optional<String> refusal(Fault fault) {
            return Optional.empty();
        }

        @Override
        public Answer inject(Fault fault) {
            asked.add("make " + fault);
            Instant ends = Scenes.START.plus(fault.lease());
            return refused.contains(fault.type()) ? new NotMade("no such thing", true) : new Made(fault.type(), ends);
        }

        @Override
        public Optional<String> undo(Fault fault, Optional<String> handle) {
            asked.add("undo " + fault + " " + handle);
            return stuck.contains(fault.type()) ? Optional.of("it sticks") : Optional.empty();
        }
    }
}
