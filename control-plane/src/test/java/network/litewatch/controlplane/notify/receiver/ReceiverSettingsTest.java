package network.litewatch.controlplane.notify.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiverSettingsTest {
    private static final ReceiverSettings HOOK =
            new ReceiverSettings("hooks", "webhook", "https://example.org/secret", "token", null, null, null);
    private static final ReceiverSettings PAGER =
            new ReceiverSettings("pager", "pagerduty", "", null, "the-key", List.of("critical", "info"), List.of());

    @Test
    void whatIsCompleteHasNoProblem() {
        assertThat(ReceiverSettings.problems(List.of(HOOK, PAGER))).isEmpty();
        assertThat(HOOK.wanted()).containsExactly("critical");
        assertThat(PAGER.url()).isEqualTo("https://events.pagerduty.com");
    }

    @Test
    void eachMistakeIsNamedByItsFieldAndNoSecretIsRepeated() {
        List<String> problems = ReceiverSettings.problems(List.of(
                HOOK,
                HOOK,
                new ReceiverSettings("A b", "webhook", null, null, null, List.of("fatal"), List.of("10.0.0.0/99")),
                new ReceiverSettings("p", "pagerduty", "ftp://u:secret@h", null, " ", List.of(), null),
                new ReceiverSettings("q", "sms", null, null, null, null, null),
                new ReceiverSettings("r", "webhook", "http://hooks.example.org/secret@x", null, null, null, null)));

        assertThat(problems)
                .anySatisfy(p -> assertThat(p).startsWith("receivers[1].name: hooks is there twice"))
                .anySatisfy(p -> assertThat(p).startsWith("receivers[2].name: must be"))
                .anySatisfy(p -> assertThat(p).startsWith("receivers[2].url: is missing"))
                .anySatisfy(p -> assertThat(p).startsWith("receivers[2].severities: must be of"))
                .anySatisfy(p -> assertThat(p).startsWith("receivers[2].allow: "))
                .anySatisfy(p -> assertThat(p).startsWith("receivers[3].routingKey: is missing"))
                .anySatisfy(p -> assertThat(p).startsWith("receivers[3].severities: is empty"))
                .anySatisfy(p -> assertThat(p).startsWith("receivers[3].url: must start with"))
                .anySatisfy(p -> assertThat(p).startsWith("receivers[4].type: must be webhook or pagerduty"))
                .anySatisfy(p -> assertThat(p).startsWith("receivers[5].url: must be https://"))
                .noneSatisfy(p -> assertThat(p).contains("secret@"));
        assertThat(HOOK.toString() + PAGER).doesNotContain("secret", "token", "the-key");
    }
}
