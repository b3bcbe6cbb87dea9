package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import network.litewatch.controlplane.ControlPlaneConfiguration.InteractionsSection;
import network.litewatch.controlplane.ControlPlaneConfiguration.SlackSection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The section {@code slack.interactions}. */
class SlackInteractionsTest {
    @ParameterizedTest
    @CsvSource({",", "'',''", "secret,''", "secret,", "'',xapp-1-A0-12-abc", ",xapp-lab"})
    void eitherWayOrNeitherIsRight(@Nullable String signingSecret, @Nullable String appToken) {
        InteractionsSection section = new InteractionsSection(signingSecret, appToken, List.of());

        assertThat(section.problems()).isEmpty();
        assertThat(section.signing().isPresent()).isEqualTo("secret".equals(signingSecret));
        assertThat(section.app().isPresent()).isEqualTo(appToken != null && !appToken.isEmpty());
    }

    @Test
    void bothWaysAreRefused() {
        assertThat(slack(new InteractionsSection("canary", "xapp-canary", null)).problems())
                .singleElement()
                .asString()
                .startsWith("slack.interactions.appToken: ")
                .contains("signingSecret", "never both")
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xoxb-canary", "canary", "xapp-", "xapp-canary\n", " xapp-canary"})
    void whatIsNoAppTokenIsRefusedWithoutBeingRepeated(String token) {
        assertThat(slack(new InteractionsSection("", token, null)).problems())
                .singleElement()
                .asString()
                .startsWith("slack.interactions.appToken: ")
                .contains("xapp-...", "connections:write")
                .doesNotContain("canary");
    }

    @Test
    void secretsAreNotPrinted() {
        InteractionsSection section = new InteractionsSection("canary", "xapp-canary", List.of());

        assertThat(section + " " + slack(section) + " " + section.app() + section.signing())
                .doesNotContain("canary");
    }

    @Test
    void withoutTheSectionNothingIsWrong() {
        assertThat(slack(null).problems()).isEmpty();
    }

    private static SlackSection slack(@Nullable InteractionsSection interactions) {
        return new SlackSection("xoxb-canary", "#ops", "https://slack.com/api/", null, null, null, null, interactions);
    }
}
