package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Drill.Tier;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.controlplane.drill.Scenes;
import org.junit.jupiter.api.Test;

class DrillRefusalsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Blast BLAST = new Blast(Set.of("rpc-z"), Set.of("rpc-z"), "lab/rpc");

    @Test
    void nothingIsAgainstADrillWhereAllIsQuiet() {
        assertThat(refusals(Tier.CI, List.of(), Set.of("lab"))).isEmpty();
        assertThat(refusals(Tier.PRODUCTION, List.of(), Set.of())).isEmpty();
    }

    @Test
    void whatIsNotOfTierProductionTouchesNoNetworkThatIs() {
        assertThat(refusals(Tier.STAGING, List.of(), Set.of()))
                .singleElement()
                .asString()
                .isEqualTo("lab is production, which only a drill of that tier may touch");
    }

    @Test
    void anythingThatFiresKeepsProductionFromBeingBrokenMore() {
        List<Alert> elsewhere = List.of(Scenes.alert("Unrelated", "warning", null, Alert.State.FIRING, NOW, null));

        assertThat(refusals(Tier.CI, elsewhere, Set.of("lab"))).isEmpty();
        assertThat(refusals(Tier.PRODUCTION, elsewhere, Set.of("lab")))
                .singleElement()
                .asString()
                .isEqualTo("Unrelated of rpc-b is firing");
    }

    @Test
    void whatAProductionDrillAllowsMustNotFireBeforeItEither() {
        List<Alert> allowed = List.of(Scenes.alert("Behind", "warning", null, Alert.State.FIRING, NOW, null));

        assertThat(refusals(Tier.CI, allowed, Set.of("lab"))).isEmpty();
        assertThat(refusals(Tier.PRODUCTION, allowed, Set.of("lab"))).hasSize(1);
    }

    @Test
    void whatOnlyPendsOrIsADrillsKeepsNobody() {
        List<Alert> alerts = List.of(
                Scenes.alert("Unrelated", "warning", null, Alert.State.PENDING, NOW, null),
                Scenes.alert("Unrelated", "critical", "freeze-1", Alert.State.FIRING, NOW, null));

        assertThat(refusals(Tier.PRODUCTION, alerts, Set.of("lab"))).isEmpty();
    }

    @Test
    void whereNothingMakesFaultsNoneIsWanted() {
        assertThat(new DrillRefusals(List.of(), Optional.empty(), Set.of("lab")).of(drill(Tier.CI), BLAST))
                .singleElement()
                .asString()
                .contains("nothing makes faults in lab", "drills.injectors");
    }

    private static List<String> refusals(Tier tier, List<Alert> alerts, Set<String> places) {
        return new DrillRefusals(alerts, Optional.of(new Willing()), places).of(drill(tier), BLAST);
    }

    private static Drill drill(Tier tier) {
        return Scenes.scheduled("freeze", tier, new Drill.Schedule(Duration.ofDays(7), Optional.empty(), Set.of()));
    }

    private static final class Willing implements Injector {
        @Override
        public Optional<String> refusal(Drill.Fault fault) {
            return Optional.empty();
        }

        @Override
        public Answer inject(Drill.Fault fault) {
            throw new AssertionError("nobody asked for a fault");
        }

        @Override
        public Optional<String> undo(Drill.Fault fault, Optional<String> handle) {
            throw new AssertionError("nobody asked for an end");
        }
    }
}
