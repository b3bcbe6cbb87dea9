package network.litewatch.controlplane.alert.incident;

import static network.litewatch.controlplane.alert.incident.IncidentSamples.T0;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import network.litewatch.controlplane.alert.Alert;
import org.junit.jupiter.api.Test;

/** A router that hangs on an RPC, and what is said of it while that is down; stored and told in HidingIT. */
class DependenciesTest {
    private static final Alert RPC =
            IncidentSamples.labelled(IncidentSamples.firing("RpcFailing", "rpc-a", "critical", T0), "down", "true");
    private static final Alert ROUTER = hangingOn("rpc-a", IncidentSamples.firing("RouterSlow", "r", "warning", T0));

    @Test
    void whatHangsOnSomethingDownIsHiddenByItAndCounted() {
        Dependencies dependencies = new Dependencies(List.of(RPC), List.of(ROUTER));

        assertThat(dependencies.hiding(ROUTER, T0)).contains(RPC);
        assertThat(dependencies.hiddenBy(List.of(RPC), T0)).isEqualTo(1);
        assertThat(dependencies.hiddenBy(List.of(ROUTER), T0)).isZero();
        assertThat(Dependencies.isDown(RPC)).isTrue();
        assertThat(Dependencies.isDown(ROUTER)).isFalse();
    }

    @Test
    void whatHangsOnSomethingElseOrOnNothingIsNot() {
        Dependencies dependencies = new Dependencies(List.of(RPC), List.of());
        Alert other = hangingOn("rpc-b", IncidentSamples.firing("RouterSlow", "r", "warning", T0));
        Alert alone = IncidentSamples.firing("RouterSlow", "r", "warning", T0);
        Alert elsewhere = IncidentSamples.labelled(ROUTER, "network", "main");

        assertThat(dependencies.hiding(other, T0)).isEmpty();
        assertThat(dependencies.hiding(alone, T0)).isEmpty();
        assertThat(dependencies.hiding(elsewhere, T0)).isEmpty();
    }

    @Test
    void nothingHidesItself() {
        Alert both = hangingOn("rpc-a", RPC);

        assertThat(new Dependencies(List.of(both), List.of(both)).hiding(both, T0))
                .isEmpty();
    }

    @Test
    void aDrillHidesNothingRealAndTheOtherWayRound() {
        Alert drilled = IncidentSamples.drilled(ROUTER, "run-1");
        Alert brokenByDrill = IncidentSamples.drilled(RPC, "run-1");

        assertThat(new Dependencies(List.of(RPC), List.of()).hiding(drilled, T0))
                .isEmpty();
        assertThat(new Dependencies(List.of(brokenByDrill), List.of()).hiding(ROUTER, T0))
                .isEmpty();
        assertThat(new Dependencies(List.of(brokenByDrill), List.of()).hiding(drilled, T0))
                .contains(brokenByDrill);
    }

    @Test
    void itHidesForAMinuteAfterItsEndAndThenNoMore() {
        Instant end = T0.plusSeconds(30);
        Alert over = IncidentSamples.resolved(RPC, end);
        Dependencies dependencies = new Dependencies(List.of(over), List.of(ROUTER));

        assertThat(dependencies.hiding(ROUTER, end.plus(Dependencies.GRACE).minusMillis(1)))
                .contains(over);
        assertThat(dependencies.hiding(ROUTER, end.plus(Dependencies.GRACE))).isEmpty();
        // It is over: nobody is told any more how many it hides.
        assertThat(dependencies.hiddenBy(List.of(over), end)).isZero();
    }

    @Test
    void whatFiresHidesRatherThanWhatEnded() {
        Alert over = IncidentSamples.resolved(RPC, T0);
        Alert wrong = IncidentSamples.labelled(
                IncidentSamples.firing("RpcWrongChain", "rpc-a", "critical", T0), "down", "true");

        assertThat(new Dependencies(List.of(over, wrong), List.of()).hiding(ROUTER, T0))
                .contains(wrong);
        assertThat(new Dependencies(List.of(wrong, over), List.of()).hiding(ROUTER, T0))
                .contains(wrong);
    }

    private static Alert hangingOn(String rpc, Alert alert) {
        return IncidentSamples.labelled(IncidentSamples.labelled(alert, "depends_on", "rpc router"), "rpc", rpc);
    }
}
