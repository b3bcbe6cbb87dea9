package network.litewatch.controlplane.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.OptionalLong;
import network.litewatch.controlplane.canary.CanaryPlan.Drop;
import network.litewatch.controlplane.canary.CanaryPlan.Level;
import network.litewatch.probe.miner.CanaryKind;
import org.junit.jupiter.api.Test;

class CanaryPlanTest {
    private static final CanaryPlan FLEET = new CanaryPlan(350, 100, 96, 0.1, 0, OptionalLong.empty());

    @Test
    void aFallByOnePointIsFoundInHoursInTheFleetAndInWeeksAtANode() {
        assertThat(time(FLEET, Drop.ONE_POINT, Level.FLEET)).isEqualTo("1.2 h");
        assertThat(time(FLEET, Drop.ONE_POINT, Level.CLASS)).isEqualTo("4.1 h");
        assertThat(time(FLEET, Drop.ONE_POINT, Level.NODE)).isEqualTo("17 d");
        assertThat(sequential(Drop.ONE_POINT)).isEqualTo("9.4 d");
    }

    @Test
    void aFallByNinePointsIsFoundAtANodeWithinADay() {
        assertThat(time(FLEET, Drop.NINE_POINTS, Level.NODE)).isEqualTo("23 h");
        assertThat(sequential(Drop.NINE_POINTS)).isEqualTo("10 h");
        assertThat(time(FLEET, Drop.FOUR_POINTS, Level.NODE)).isEqualTo("2.9 d");
    }

    @Test
    void onlyRateCanariesHaveASpeed() {
        // Five samples at one an hour, as at 24 a day in a table of rate canaries alone.
        assertThat(FLEET.speed().time()).isEqualTo(Duration.ofHours(5));
        assertThat(FLEET.perDay(CanaryKind.RATE)).isEqualTo(24);
    }

    @Test
    void tokensAreThoseOfTheKinds() {
        double tokens = 0;
        for (CanaryKind kind : CanaryKind.values()) {
            tokens += FLEET.tokens(kind);
        }

        assertThat(tokens).isCloseTo(350 * 96 * CanaryShare.meanTokens(), within(1.0));
        assertThat(CanaryShare.meanTokens()).isBetween(63.5, 64.0);
    }

    @Test
    void aBudgetThinsTheCanariesAndWithThemWhatIsSeen() {
        CanaryPlan thin = new CanaryPlan(350, 100, 96, 0.1, 0, OptionalLong.of(1_000_000));

        assertThat(thin.cutByTokens()).isTrue();
        assertThat(thin.perDay() * 350 * CanaryShare.meanTokens()).isCloseTo(1_000_000, within(1.0));
        assertThat(thin.success(Drop.NINE_POINTS).get(0).time())
                .isGreaterThan(FLEET.success(Drop.NINE_POINTS).get(0).time().multipliedBy(2));
    }

    @Test
    void trustedNodesGetFourTimesTheIdentityCanariesAndTheBudgetPaysForThem() {
        CanaryPlan plan = new CanaryPlan(350, 100, 10, 96, 0.1, 0, OptionalLong.empty());
        double more = 3 * 10 * FLEET.perDay(CanaryKind.IDENTITY);

        assertThat(plan.perDay(CanaryKind.IDENTITY)).isEqualTo(FLEET.perDay(CanaryKind.IDENTITY));
        assertThat(plan.fleetPerDay(CanaryKind.IDENTITY))
                .isCloseTo(FLEET.fleetPerDay(CanaryKind.IDENTITY) + more, within(1e-6));
        assertThat(plan.tokens(CanaryKind.IDENTITY))
                .isCloseTo(FLEET.tokens(CanaryKind.IDENTITY) + more * CanaryKind.IDENTITY.cost(), within(1e-6));
        assertThat(plan.tokens(CanaryKind.RATE)).isEqualTo(FLEET.tokens(CanaryKind.RATE));
        CanaryPlan thin = new CanaryPlan(350, 100, 350, 96, 0.1, 0, OptionalLong.of(1_000_000));
        double tokens = 0;
        for (CanaryKind kind : CanaryKind.values()) {
            tokens += thin.tokens(kind);
        }
        assertThat(tokens).isCloseTo(1_000_000, within(1.0));
    }

    @Test
    void aBudgetThatPaysForEverythingChangesNothing() {
        CanaryPlan rich = new CanaryPlan(350, 100, 96, 0.1, 0, OptionalLong.of(100_000_000));

        assertThat(rich.cutByTokens()).isFalse();
        assertThat(rich.perDay()).isEqualTo(96);
    }

    @Test
    void correlationMakesEverythingSlower() {
        CanaryPlan correlated = new CanaryPlan(350, 100, 96, 0.1, 0.5, OptionalLong.empty());

        assertThat(correlated.success(Drop.ONE_POINT).get(2).time().toMinutes())
                .isCloseTo(3 * FLEET.success(Drop.ONE_POINT).get(2).time().toMinutes(), within(3L));
        assertThat(correlated.speed().time()).isGreaterThan(FLEET.speed().time().multipliedBy(2));
    }

    @Test
    void thePageSaysInWordsWhatCannotBePromised() {
        String page = CanaryPlanPage.of(FLEET);

        assertThat(page)
                .contains(
                        "| 1 point of success (99.5 to 98.5 %) | in the fleet of 350 nodes | 1,648, 19 fail | 1.2 h |")
                .contains("| 9 points of success (99 to 90 %) | at one node | 91, 6 fail | 23 h | 10 h | yes | yes |")
                .contains(
                        "- A drop of 1 point of success (99.5 to 98.5 %) at one node takes 17 d: found neither within a day"
                                + " nor within a week; a week takes 236 canaries for each node a day.")
                .contains(
                        "4 points of success (99 to 95 %) at one node takes 2.9 d: found within a week, not within a day;"
                                + " a day takes 282 canaries for each node a day.")
                .doesNotContain("The tokens pay for");
    }

    @Test
    void whatAPromiseTakesKeepsIt() {
        CanaryPlan.Detection slow = FLEET.success(Drop.ONE_POINT).get(0);
        int enough = (int) Math.ceil(FLEET.perDayFor(slow, Duration.ofDays(7)));

        assertThat(node(enough).within(Duration.ofDays(7))).isTrue();
        assertThat(node(enough - 1).within(Duration.ofDays(7))).isFalse();
    }

    @Test
    void whenAllIsFoundWithinADayThePageSaysSo() {
        CanaryPlan dense = new CanaryPlan(1, 1, 4_000, 0.05, 0, OptionalLong.empty());

        assertThat(CanaryPlanPage.of(dense)).contains("None: everything above is found within a day.");
    }

    @Test
    void timesAreReadable() {
        assertThat(CanaryPlanPage.time(Duration.ofSeconds(5))).isEqualTo("1 min");
        assertThat(CanaryPlanPage.time(Duration.ofMinutes(15))).isEqualTo("15 min");
        assertThat(CanaryPlanPage.time(Duration.ofHours(5))).isEqualTo("5 h");
        assertThat(CanaryPlanPage.time(Duration.ofHours(30))).isEqualTo("30 h");
        assertThat(CanaryPlanPage.time(Duration.ofDays(20))).isEqualTo("20 d");
        assertThat(CanaryPlanPage.time(Duration.ofDays(1_200))).isEqualTo("1,200 d");
    }

    @Test
    void aClassLargerThanTheFleetIsRefused() {
        assertThatThrownBy(() -> new CanaryPlan(10, 11, 96, 0.1, 0, OptionalLong.empty()))
                .hasMessageContaining("class");
    }

    private static CanaryPlan.Detection node(int perDay) {
        return new CanaryPlan(350, 100, perDay, 0.1, 0, OptionalLong.empty())
                .success(Drop.ONE_POINT)
                .get(0);
    }

    private static String time(CanaryPlan plan, Drop drop, Level level) {
        return CanaryPlanPage.time(plan.success(drop).stream()
                .filter(found -> found.level() == level)
                .findFirst()
                .orElseThrow()
                .time());
    }

    private static String sequential(Drop drop) {
        return CanaryPlanPage.time(FLEET.success(drop).get(0).sequential());
    }
}
