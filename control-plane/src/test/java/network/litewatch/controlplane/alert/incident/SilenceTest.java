package network.litewatch.controlplane.alert.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import network.litewatch.controlplane.alert.Alert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SilenceTest {
    private static final Instant T0 = IncidentSamples.T0;
    private static final Matcher LAB = Matcher.equal("network", "lab");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            network="lab"         | true
            network=lab           | true
            network!="lab"        | false
            network=~"la."        | true
            network=~"l"          | false
            network!~"l.*"        | false
            network!~"l"          | true
            absent=""             | true
            absent!=""            | false
            "network" = "lab"     | true
            network="l\\"ab"      | false
            """)
    void aMatcherIsReadAndMeansWhatAlertmanagerMeansByIt(String text, boolean matches) {
        assertThat(Matcher.parse(text).matches(Map.of("network", "lab"))).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "network", "=x", "network=\"lab", "a=~\"(\"", "{a=\"b\"}", "a b=c"})
    void whatIsNoMatcherIsRefused(String text) {
        assertThatThrownBy(() -> Matcher.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        for (Matcher matcher : List.of(
                LAB,
                new Matcher("a", "b.*", true, true),
                new Matcher("a", "b", true, false),
                new Matcher("a", "", false, false),
                new Matcher("a", "b\"c\\n\\\\d\ne", false, true))) {
            assertThat(Matcher.parse(matcher.toString())).isEqualTo(matcher);
        }
    }

    @Test
    void aRegularExpressionOfAStrangerTakesNoExponentialTime() {
        Matcher evil = new Matcher("a", "(a*)*b", true, true);

        assertThat(evil.matches(Map.of("a", "a".repeat(5_000)))).isFalse();
    }

    @Test
    void itMutesFromItsStartToItsEndAndWhatMeetsAllItsMatchers() {
        Silence silence = silence(List.of(LAB, Matcher.equal("target", "a")), T0, T0.plusSeconds(60));
        Alert here = IncidentSamples.firing("a", "critical", T0);
        Alert other = IncidentSamples.firing("b", "critical", T0);

        assertThat(new Mutes(List.of(silence), T0.minusMillis(1)).of(here).muted())
                .isEmpty();
        assertThat(new Mutes(List.of(silence), T0).of(here).muted())
                .hasValueSatisfying(why -> assertThat(why).contains("by ann", "deploy", "target=\"a\""));
        assertThat(new Mutes(List.of(silence), T0).of(other).muted()).isEmpty();
        assertThat(new Mutes(List.of(silence), T0.plusSeconds(60)).of(here).muted())
                .isEmpty();
        assertThat(silence.at(T0.minusMillis(1))).isEqualTo(Silence.State.PENDING);
        assertThat(silence.at(T0.plusSeconds(59))).isEqualTo(Silence.State.ACTIVE);
        assertThat(silence.at(T0.plusSeconds(60))).isEqualTo(Silence.State.EXPIRED);
    }

    @Test
    void theNextChangeIsThatOfASilenceThatConcernsThem() {
        Silence later = silence(List.of(LAB), T0.plusSeconds(30), T0.plusSeconds(60));
        Silence elsewhere = silence(List.of(Matcher.equal("network", "other")), T0.plusSeconds(10), T0.plusSeconds(20));
        List<Alert> alerts = List.of(IncidentSamples.firing("a", "critical", T0));

        assertThat(new Mutes(List.of(later, elsewhere), T0).nextChange(alerts)).hasValue(T0.plusSeconds(30));
        assertThat(new Mutes(List.of(later, elsewhere), T0.plusSeconds(30)).nextChange(alerts))
                .hasValue(T0.plusSeconds(60));
        assertThat(new Mutes(List.of(elsewhere), T0).nextChange(alerts)).isEmpty();
    }

    @Test
    void anExpiredOneEndsNowAndOneThatHadNotBegunNeverMutes() {
        Silence silence = silence(List.of(LAB), T0.plusSeconds(30), T0.plusSeconds(60));

        assertThat(silence.expired(T0.plusSeconds(40)).endsAt()).isEqualTo(T0.plusSeconds(40));
        Silence never = silence.expired(T0);
        assertThat(never.at(T0)).isEqualTo(Silence.State.EXPIRED);
        assertThat(Duration.between(never.startsAt(), never.endsAt())).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void aSilenceWithoutReasonAuthorEndOrAimIsRefused() {
        refused("matcher", () -> silence(List.of(), T0, T0.plusSeconds(1)));
        refused("matcher", () -> silence(List.of(new Matcher("a", ".*", true, true)), T0, T0.plusSeconds(1)));
        refused("matcher", () -> silence(List.of(new Matcher("a", "b", false, false)), T0, T0.plusSeconds(1)));
        refused("end after", () -> silence(List.of(LAB), T0, T0));
        refused("comment", () -> new Silence(new UUID(0, 1), List.of(LAB), T0, T0.plusSeconds(1), "ann", " ", T0));
        refused("createdBy", () -> new Silence(new UUID(0, 1), List.of(LAB), T0, T0.plusSeconds(1), "", "why", T0));
        refused("U+0000", () -> Matcher.equal("a", "b\0"));
        refused("U+0000", () -> new Silence(new UUID(0, 1), List.of(LAB), T0, T0.plusSeconds(1), "ann", "a\0", T0));
        refused("10000", () -> silence(List.of(LAB), T0, Instant.MAX));
        refused("regular", () -> new Matcher("a", "(", true, true));
        refused("name", () -> new Matcher("", "x", false, true));
    }

    private static void refused(String says, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(says);
    }

    private static Silence silence(List<Matcher> matchers, Instant from, Instant to) {
        return new Silence(new UUID(0, 1), matchers, from, to, "ann", "deploy", T0);
    }
}
