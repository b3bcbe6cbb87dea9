package network.litewatch.controlplane.alert.incident;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Exactly what people are sent, and when, in virtual time. */
class TellingTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Office office = new Office();

    @Test
    void oneAlertIsOneMessageThatCallsIsEditedAndEnds() {
        office.fire("a", "critical");
        office.pass(MINUTE);
        office.resolve("a");
        office.pass(Duration.ofHours(2));

        assertThat(office.sent)
                .containsExactly(
                        new Office.Sent(Duration.ZERO, "post", "firing 1", true),
                        new Office.Sent(MINUTE, "edit", "resolved", false),
                        new Office.Sent(MINUTE.multipliedBy(2), "note", "Resolved after 1m", false));
        assertThat(office.isOpen()).isFalse();
    }

    @Test
    void moreAlertsOfTheGroupAreEditsAtMostEveryFifteenSeconds() {
        office.fire("a", "warning");
        for (int i = 0; i < 60; i++) {
            office.pass(Duration.ofSeconds(1));
            office.fire("more-" + i, "warning");
        }
        office.pass(MINUTE);

        assertThat(office.noticed()).hasSize(1);
        assertThat(office.sent).hasSizeBetween(4, 7);
        assertThat(office.shown.orElseThrow().firing()).isEqualTo(61);
        assertThat(office.shown.orElseThrow().top()).hasSize(Telling.TOP);
    }

    @Test
    void aWarningCallsNobody() {
        office.fire("a", "warning");
        office.pass(Duration.ofHours(30));

        assertThat(office.noticed()).noneMatch(Office.Sent::mention);
        assertThat(office.noticed()).hasSize(2).last().satisfies(reminder -> {
            assertThat(reminder.at()).isEqualTo(Duration.ofHours(24));
            assertThat(reminder.text()).startsWith("Still fires");
        });
    }

    @Test
    void whatBecomesCriticalIsToldTheChannelAndCalls() {
        office.fire("a", "warning");
        office.pass(MINUTE);
        office.fire("b", "critical");
        office.pass(Duration.ofSeconds(5));

        assertThat(office.noticed())
                .last()
                .isEqualTo(new Office.Sent(MINUTE, "note", "Now critical, it was warning", true));
        assertThat(office.shown.orElseThrow().severity()).isEqualTo("critical");
    }

    @Test
    void whatBecomesCriticalASecondTimeCallsASecondTime() {
        office.fire("a", "warning");
        for (int i = 0; i < 2; i++) {
            office.pass(MINUTE);
            office.fire("b", "critical");
            office.pass(MINUTE);
            office.resolve("b");
        }
        office.pass(MINUTE);

        assertThat(office.noticed().stream().filter(Office.Sent::mention)).hasSize(2);
        assertThat(office.noteIds).doesNotHaveDuplicates();
    }

    @Test
    void aFalseAlarmThatFiresAgainLaterIsPutToPeople() {
        office.fire("a", "critical");
        office.pass(MINUTE);
        office.person(incident -> incident.falseAlarm("ann"));
        office.resolve("a");
        office.pass(MINUTE.multipliedBy(3));
        office.fire("a", "critical");
        office.pass(MINUTE.multipliedBy(11));

        assertThat(office.noticed().stream().filter(Office.Sent::mention)).hasSize(2);
        assertThat(office.shown.orElseThrow().falseAlarm()).isNull();
    }

    @Test
    void aCriticalOneThatNobodyTakesIsPutToPeopleOnceMoreAndThenRemindedOf() {
        office.fire("a", "critical");
        office.pass(Duration.ofHours(9));

        assertThat(office.noticed().stream().map(Office.Sent::at))
                .containsExactly(
                        Duration.ZERO,
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(10).plusHours(4),
                        Duration.ofMinutes(10).plusHours(8));
        assertThat(office.noticed().stream().filter(Office.Sent::mention)).hasSize(2);
    }

    @Test
    void whatSomebodyHasTakenIsLeftAloneUntilThatLapses() {
        office.fire("a", "critical");
        office.pass(MINUTE);
        office.person(incident -> incident.acked("ann", office.now(), Duration.ofHours(6)));
        office.pass(Duration.ofHours(5));
        assertThat(office.noticed()).hasSize(1);
        assertThat(office.shown.orElseThrow().ack()).isNotNull();

        office.pass(Duration.ofHours(1).plus(MINUTE));

        assertThat(office.texts()).last().asString().startsWith("note: Still fires, and is nobody's again: ann");
        assertThat(office.shown.orElseThrow().ack()).isNull();
    }

    @Test
    void whatIsSilencedIsNotSpokenOfUntilTheSilenceEnds() {
        silence(Duration.ofMinutes(30));
        office.fire("a", "critical");
        office.pass(Duration.ofMinutes(29));
        assertThat(office.sent).isEmpty();
        assertThat(office.steps).anyMatch(step -> step.contains("silenced until") && step.contains("deploy"));

        office.pass(MINUTE.multipliedBy(2));

        assertThat(office.sent).containsExactly(new Office.Sent(Duration.ofMinutes(30), "post", "firing 1", true));
    }

    @Test
    void whatCameAndWentUnderASilenceIsNeverSpokenOf() {
        silence(Duration.ofMinutes(30));
        office.fire("a", "critical");
        office.pass(MINUTE);
        office.resolve("a");
        office.pass(Duration.ofHours(2));

        assertThat(office.sent).isEmpty();
        assertThat(office.isOpen()).isFalse();
    }

    @Test
    void whatWasToldIsShownAsResolvedThoughItIsSilencedByThen() {
        office.fire("a", "critical");
        office.pass(MINUTE);
        silence(Duration.ofHours(5));
        office.person(incident -> incident);
        office.pass(MINUTE);
        assertThat(office.shown.orElseThrow().muted()).isEqualTo(1);
        office.resolve("a");
        office.pass(MINUTE.multipliedBy(2));

        assertThat(office.shown.orElseThrow().resolvedAt()).isNotNull();
        assertThat(office.texts()).containsExactly("post: firing 1", "note: Resolved after 2m");
    }

    @Test
    void aSilencedOneIsNotPutToPeopleAgain() {
        office.fire("a", "critical");
        office.pass(MINUTE);
        silence(Duration.ofHours(20));
        office.person(incident -> incident);
        office.pass(Duration.ofHours(10));

        assertThat(office.noticed()).hasSize(1);
    }

    @Test
    void flappingOnceASecondForHalfAnHourIsThreeMessages() {
        for (int i = 0; i < 900; i++) {
            office.fire("a", "critical");
            office.pass(Duration.ofSeconds(1));
            office.resolve("a");
            office.pass(Duration.ofSeconds(1));
        }
        office.pass(Duration.ofHours(1));

        assertThat(office.noticed()).hasSizeLessThanOrEqualTo(3);
        assertThat(office.texts().get(1)).isEqualTo("note: Nobody has taken it for 10m, and it flaps");
        assertThat(office.texts().get(2)).isEqualTo("note: No longer flapping; resolved");
        assertThat(office.shown.orElseThrow().resolvedAt()).isNotNull();
        assertThat(office.isOpen()).isFalse();
        // Edits at most every 15 s while it flaps.
        assertThat(office.sent).hasSizeLessThan(130);
    }

    @Test
    void whatFlapsIsMarkedInTheMessage() {
        for (int i = 0; i < 4; i++) {
            office.fire("a", "warning");
            office.pass(Duration.ofSeconds(5));
            office.resolve("a");
            office.pass(Duration.ofSeconds(5));
        }
        office.pass(MINUTE);

        assertThat(office.shown.orElseThrow().flapping()).isTrue();
        assertThat(office.noticed()).hasSize(1);
        office.pass(Duration.ofMinutes(10));
        assertThat(office.shown.orElseThrow().flapping()).isFalse();
        assertThat(office.texts()).containsExactly("post: firing 1", "note: No longer flapping; resolved");
    }

    @Test
    void whatFiresAgainSoonIsTheSameMessageAndLaterANewOne() {
        office.fire("a", "critical");
        office.pass(MINUTE);
        office.resolve("a");
        office.pass(MINUTE.multipliedBy(5));
        office.fire("a", "critical");
        office.pass(MINUTE);
        office.resolve("a");
        office.pass(MINUTE.multipliedBy(20));
        office.fire("a", "critical");
        office.pass(MINUTE);

        assertThat(office.texts())
                .containsExactly(
                        "post: firing 1",
                        "note: Resolved after 1m",
                        "note: Fires again",
                        "note: Resolved after 7m",
                        "post: firing 1");
    }

    @Test
    void whatCameAndWentWhileSlackWasAwayIsOneMessageThatCallsNobody() {
        office.away = true;
        office.fire("a", "critical");
        office.pass(MINUTE);
        office.resolve("a");
        office.pass(Duration.ofHours(1));
        office.away = false;
        office.pass(MINUTE);

        assertThat(office.sent.stream().filter(s -> !s.what().equals("note")))
                .containsExactly(new Office.Sent(Duration.ofMinutes(61).plusSeconds(1), "post", "resolved", false));
    }

    @Test
    void whatBeganAndEndedBeforeAnybodyLookedIsToldAllTheSame() {
        office.fire("a", "critical");
        office.resolve("a");
        office.pass(MINUTE.multipliedBy(2));

        assertThat(office.sent.get(0)).isEqualTo(new Office.Sent(Duration.ZERO, "post", "resolved", false));
    }

    @Test
    void aFalseAlarmIsNotRemindedOf() {
        office.fire("a", "critical");
        office.pass(MINUTE);
        office.person(incident -> incident.falseAlarm("ann"));
        office.pass(Duration.ofHours(30));

        assertThat(office.noticed()).hasSize(1);
        assertThat(office.shown.orElseThrow().falseAlarm()).isEqualTo("ann");
    }

    @Test
    void withADigestAWarningIsALineOfItAndNothingElse() {
        office.pace = Pace.DEFAULT.withDigest(Duration.ofHours(1));
        office.fire("a", "warning");
        office.pass(MINUTE);
        office.resolve("a");
        office.pass(Duration.ofHours(30));

        assertThat(office.sent)
                .containsExactly(
                        new Office.Sent(Duration.ZERO, "digest", "firing 1", false),
                        new Office.Sent(MINUTE, "digest", "resolved", false));
        assertThat(office.isOpen()).isFalse();
    }

    @Test
    void whatIsRaisedToCriticalGetsAMessageOfItsOwnThatCallsOnce() {
        office.pace = Pace.DEFAULT.withDigest(Duration.ofHours(1));
        office.fire("a", "warning");
        office.pass(MINUTE);
        office.fire("b", "critical");
        office.pass(MINUTE);
        office.resolve("b");
        office.pass(Duration.ofMinutes(2));

        assertThat(office.sent.subList(0, 2))
                .containsExactly(
                        new Office.Sent(Duration.ZERO, "digest", "firing 1", false),
                        new Office.Sent(MINUTE, "post", "firing 2", true));
        // A warning that goes on after it is told where the critical one was.
        assertThat(office.sent.subList(2, office.sent.size()))
                .isNotEmpty()
                .allMatch(each -> each.what().equals("edit"));
        assertThat(office.noticed()).hasSize(1);
    }

    @Test
    void whatFlapsInADigestIsALineThatSaysSo() {
        office.pace = Pace.DEFAULT.withDigest(Duration.ofHours(1));
        for (int i = 0; i < 300; i++) {
            office.fire("a", "warning");
            office.pass(Duration.ofSeconds(1));
            office.resolve("a");
            office.pass(Duration.ofSeconds(1));
        }

        assertThat(office.noticed()).isEmpty();
        assertThat(office.shown.orElseThrow().flapping()).isTrue();
        assertThat(office.sent).hasSizeLessThan(50);
    }

    @Test
    void aWarningOfTheDigestThatSomebodyEscalatesIsPutToPeople() {
        office.pace = Pace.DEFAULT.withDigest(Duration.ofHours(1));
        office.fire("a", "warning");
        office.pass(MINUTE);
        office.person(incident -> incident.escalated("ann"));
        office.pass(MINUTE);

        assertThat(office.sent)
                .containsExactly(
                        new Office.Sent(Duration.ZERO, "digest", "firing 1", false),
                        new Office.Sent(MINUTE, "post", "firing 1", false),
                        new Office.Sent(MINUTE, "note", "Escalated by ann", true));
    }

    @Test
    void aCriticalOneIsToldAsWithoutADigest() {
        office.pace = Pace.DEFAULT.withDigest(Duration.ofHours(1));
        office.fire("a", "critical");
        office.pass(MINUTE);

        assertThat(office.sent).containsExactly(new Office.Sent(Duration.ZERO, "post", "firing 1", true));
    }

    @Test
    void theSameIsDecidedOfTheSame() {
        Incident incident = Incident.opened(
                new UUID(0, 7),
                GroupKey.of(IncidentSamples.firing("a", "critical", IncidentSamples.T0)),
                IncidentSamples.T0);
        Situation situation = new Situation(
                IncidentSamples.T0,
                List.of(IncidentSamples.heard(IncidentSamples.firing("a", "critical", IncidentSamples.T0))),
                false,
                false,
                0,
                java.util.Optional.empty(),
                Pace.DEFAULT);

        assertThat(Telling.decide(incident, situation)).isEqualTo(Telling.decide(incident, situation));
    }

    private void silence(Duration lasts) {
        office.silences.add(new Silence(
                new UUID(9, 9),
                List.of(Matcher.equal("network", "lab")),
                office.now(),
                office.now().plus(lasts),
                "ann",
                "deploy",
                office.now()));
    }
}
