package network.litewatch.controlplane.notify.slack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import com.slack.api.model.block.LayoutBlock;
import com.slack.api.model.block.SectionBlock;
import com.slack.api.model.block.element.OverflowMenuElement;
import com.slack.api.util.json.GsonFactory;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.alert.incident.Note;
import network.litewatch.controlplane.notify.Advice;
import network.litewatch.controlplane.notify.Panel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlackMessageTest {
    private static final Instant T0 = Instant.parse("2026-01-01T10:00:00Z");
    private static final Gson GSON = GsonFactory.createSnakeCase();
    private static final Links LINKS = new Links("http://lw", Optional.of("http://grafana"));

    @Test
    void aFiringMessageSaysWhyAndWhereToGo() {
        String json = render("RPC rpc-b is 16 s behind", null);

        assertThat(json)
                .contains("[CRIT] RPC rpc-b is 16 s behind")
                .contains("rpc_head_lag_seconds 16 s &gt; 10 s")
                .contains("http://lw/runbooks/rpc-head-stalled?alert=abc|Runbook")
                .contains("http://grafana/d/litewatch-network-overview");
    }

    @Test
    void aResolvedMessageSaysHowLongItLasted() {
        assertThat(render("RPC rpc-b is 16 s behind", T0.plusSeconds(130)))
                .contains("[RESOLVED]")
                .contains("after 2m10s");
    }

    @Test
    void textOfStrangersCannotMentionLinkOrBreakTheLayout() {
        String hostile = "<!channel> <@U1> *bold* `code` <http://evil|x> \u202e\n" + "&<>".repeat(3000);

        String json = render(hostile, null);

        assertThat(json).doesNotContain("<!channel>").doesNotContain("<@U1>").doesNotContain("<http://evil");
        assertThat(SlackMessage.clean(hostile, 150))
                .hasSizeLessThanOrEqualTo(150)
                .doesNotContain("\n", "\u202e", "*");
        assertThat(SlackMessage.clean("a&b", 100)).isEqualTo("a&amp;b");
    }

    @Test
    void everySeverityHasItsColourAndWord() {
        assertThat(render(message("warning", "", List.of(), null), LINKS)).contains("[WARNING]", "#ecb22e");
        assertThat(render(message("info", "", List.of(), null), LINKS)).contains("[INFO]", "#36c5f0");
        assertThat(render(message("warning", "", List.of(), T0.plusSeconds(60)), LINKS))
                .contains("[RESOLVED]", "#2eb67d")
                .doesNotContain("[WARNING]");
    }

    @Test
    void theDescriptionAndTheValuesAtTheEndAreShown() {
        assertThat(render(
                        message("warning", "reads are stale", List.of("rpc_head_lag_seconds 0 s"), T0.plusSeconds(9)),
                        LINKS))
                .contains("reads are stale", "*Now*  rpc_head_lag_seconds 0 s", "after 9s");
    }

    @Test
    void withoutGrafanaThereIsNoLinkToADashboard() {
        assertThat(render(message("warning", "", List.of(), null), new Links("http://lw", Optional.empty())))
                .contains("|Runbook>", "|Incident>")
                .doesNotContain("|Dashboard>");
    }

    @Test
    void theLinkToGrafanaLeadsToThePanelThatTheRunbookNames() {
        Links links = new Links(
                "http://lw",
                Optional.of("http://grafana"),
                runbook -> runbook.isEmpty() ? List.of() : List.of(new Panel("litewatch-chains", 7, "Heads")));
        assertThat(render(message("warning", "", List.of(), null), links))
                .contains("<http://grafana/d/litewatch-chains?var-network=", "&viewPanel=7|Dashboard>");
        assertThat(render(message("warning", "", List.of(), null), LINKS))
                .contains("<http://grafana/d/" + Links.DASHBOARD + "?var-network=", "&to=now|Dashboard>");
    }

    @Test
    void thePageThatAnotherSystemNamesIsLinkedWhereItIsOne() {
        assertThat(render(sentWith("https://wiki.example.org/run/disk?full=1"), LINKS))
                .contains("<https://wiki.example.org/run/disk?full=1|Runbook>");
        for (String url : List.of("javascript:alert(1)", "https://a|<!channel>", "https://a b", "")) {
            assertThat(render(sentWith(url), LINKS)).doesNotContain("|Runbook>").doesNotContain("<!channel>");
        }
    }

    private static IncidentMessage sentWith(String url) {
        Alert alert = new Alert(
                "x-1",
                "DiskFull",
                Alert.State.FIRING,
                Map.of("severity", "warning"),
                Map.of("summary", "disk full", "runbook_url", url),
                T0,
                T0,
                T0,
                null,
                T0,
                List.of(),
                List.of());
        return IncidentSamples.message(alert, false);
    }

    @Test
    void onlyWhatIsToCallSomebodyMentions() {
        Alert alert = alert("critical", "RPC <!channel> is behind", "", List.of(), null);

        assertThat(SlackMessage.of(IncidentSamples.message(alert, true), LINKS, "<!here>", false, Advice.NONE)
                        .text())
                .startsWith("<!here> [CRIT] RPC &lt;!channel&gt;");
        assertThat(SlackMessage.of(IncidentSamples.message(alert, true), LINKS, "", false, Advice.NONE)
                        .text())
                .startsWith("[CRIT]");
        assertThat(SlackMessage.of(IncidentSamples.message(alert, false), LINKS, "<!here>", false, Advice.NONE)
                        .text())
                .startsWith("[CRIT]");
        Note calling = new Note(IncidentSamples.ID, "taken by <@U1>", true, false);
        assertThat(SlackMessage.line(calling, "<!here>")).isEqualTo("<!here> taken by &lt;@U1&gt;");
    }

    @Test
    void anIncidentOfSeveralNamesTheWorstOfThemAndHowMany() {
        IncidentMessage one = message("critical", "", List.of(), null);
        IncidentMessage many = new IncidentMessage(
                one.incident(),
                one.group(),
                one.severity(),
                T0,
                null,
                true,
                List.of(one.first(), IncidentSamples.firing("rpc-c", "warning", T0)),
                7,
                2,
                3,
                List.of("silenced until noon by <ann>"),
                41,
                new Incident.Ack("bob", T0, T0.plusSeconds(60)),
                "ann",
                false);

        assertThat(render(many, LINKS))
                .contains(
                        "rpc-b, rpc-c (7 firing, 2 resolved)",
                        "3 muted; silenced until noon by &lt;ann&gt;",
                        "*Hides*  41 alerts of what depends on it",
                        "_flapping_")
                .contains("*Taken*  by bob", "*False alarm*  says ann");
    }

    @Test
    void whatItMeansAndWhatToDoNextStandBelowTheSymptomWhileItFires() {
        Advice advice = new Advice("Users read old state.", List.of("Compare heads", "Look at <rpc-b>"), "chain-ops");

        String firing = render(message("critical", "", List.of(), null), LINKS, advice);

        assertThat(firing)
                .containsSubsequence(
                        "[CRIT] RPC rpc-b is behind",
                        "*Why*",
                        "*Impact*  Users read old state.",
                        "*Next*  1) Compare heads  2) Look at &lt;rpc-b&gt;",
                        "*Owner*  chain-ops",
                        "|Runbook>");
        assertThat(render(message("critical", "", List.of(), T0.plusSeconds(60)), LINKS, advice))
                .doesNotContain("*Impact*", "*Next*");
        assertThat(render(message("critical", "", List.of(), null), LINKS, Advice.NONE))
                .doesNotContain("*Impact*", "*Next*", "*Owner*");
    }

    @Test
    void howeverMuchThereIsToSayNoPartIsLongerThanSlackTakes() {
        String much = "x".repeat(5_000);
        IncidentMessage one = message("critical", much, List.of(much), null);
        Alert first = new Alert(
                "abc",
                "R",
                Alert.State.FIRING,
                Map.of("target", much, "network", much),
                Map.of("summary", much, "description", much, "runbook", "r"),
                T0,
                T0,
                T0,
                null,
                T0,
                List.of(much),
                List.of());
        IncidentMessage most = new IncidentMessage(
                one.incident(),
                one.group(),
                "critical",
                T0,
                null,
                true,
                List.of(first, first, first, first, first),
                9,
                9,
                9,
                List.of(much + 1, much + 2, much + 3),
                9,
                new Incident.Ack(much, T0, T0.plusSeconds(60)),
                much,
                true);
        Advice advice = new Advice(much, Collections.nCopies(40, much), much);

        assertWithinLimits(SlackMessage.of(most, LINKS, "<!here>", true, advice));
    }

    @Test
    void whatFiresInADigestHasAMenuAndEachChoiceIsThePressThatItSays() {
        IncidentMessage firing = message("warning", "", List.of(), null);
        Digest digest = new Digest(T0, List.of(firing, message("warning", "", List.of(), T0.plusSeconds(60))), 1, 1);

        List<OverflowMenuElement> menus = menus(SlackMessage.of(digest, LINKS, true));

        assertThat(menus).hasSize(1);
        assertThat(menus.get(0).getOptions())
                .hasSizeBetween(2, 5)
                .allSatisfy(option -> assertThat(option.getValue()).hasSizeLessThanOrEqualTo(75))
                .extracting(option -> option.getText().getText() + ": "
                        + Press.of(chosen(menus.get(0).getActionId(), option.getValue()))
                                .map(press -> press.incident().equals(firing.incident()) + " " + press.action() + " "
                                        + press.lasts())
                                .orElse("nothing"))
                .containsExactly(
                        "Ack: true ACK PT4H",
                        "Silence 1h: true SILENCE PT1H",
                        "Silence 1d: true SILENCE PT24H",
                        "Escalate: true ESCALATE PT4H",
                        "False alarm: true FALSE_ALARM PT4H");
        assertThat(menus(SlackMessage.of(digest, LINKS, false))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x litewatch_ack",
                "00000000-0000-0000-0000-000000000001",
                "00000000-0000-0000-0000-000000000001 litewatch_menu",
                "00000000-0000-0000-0000-000000000001 litewatch_silence forever"
            })
    void aChoiceThatNoMenuOfOursOffersIsNoPress(String value) {
        assertThat(Press.of(chosen(Press.MENU, value))).isEmpty();
    }

    @Test
    void aLongDigestStaysWithinSlacksLimits() {
        String much = "<&>".repeat(4_000);
        IncidentMessage one = IncidentSamples.message(alert("warning", much, much, List.of(), null), false);

        assertWithinLimits(SlackMessage.of(new Digest(T0, Collections.nCopies(20, one), 400, 0), LINKS, true));
    }

    private static void assertWithinLimits(SlackMessage message) {
        List<LayoutBlock> blocks = message.attachments().get(0).getBlocks();

        assertThat(blocks).hasSizeLessThanOrEqualTo(50);
        assertThat(blocks.stream().filter(SectionBlock.class::isInstance).map(SectionBlock.class::cast))
                .allSatisfy(section -> assertThat(section.getText().getText()).hasSizeLessThanOrEqualTo(3_000));
    }

    private static List<OverflowMenuElement> menus(SlackMessage message) {
        return message.attachments().get(0).getBlocks().stream()
                .filter(SectionBlock.class::isInstance)
                .map(block -> ((SectionBlock) block).getAccessory())
                .filter(OverflowMenuElement.class::isInstance)
                .map(OverflowMenuElement.class::cast)
                .toList();
    }

    private static JsonNode chosen(String menu, String value) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("type", "block_actions");
        payload.putArray("actions")
                .addObject()
                .put("action_id", menu)
                .putObject("selected_option")
                .put("value", value);
        return payload;
    }

    private static IncidentMessage message(
            String severity, String description, List<String> now, @Nullable Instant resolvedAt) {
        return IncidentSamples.message(alert(severity, "RPC rpc-b is behind", description, now, resolvedAt), false);
    }

    private static Alert alert(
            String severity, String summary, String description, List<String> now, @Nullable Instant resolvedAt) {
        return new Alert(
                "abc",
                "RpcHeadStalled",
                resolvedAt == null ? Alert.State.FIRING : Alert.State.RESOLVED,
                Map.of("severity", severity, "target", "rpc-b", "network", "lab", "kind", "rpc"),
                Map.of("summary", summary, "description", description, "runbook", "rpc-head-stalled"),
                T0,
                T0,
                T0,
                resolvedAt,
                T0,
                List.of("rpc_head_lag_seconds 16 s > 10 s"),
                now);
    }

    private static String render(String summary, @Nullable Instant resolvedAt) {
        return render(IncidentSamples.message(alert("critical", summary, "", List.of(), resolvedAt), false), LINKS);
    }

    private static String render(IncidentMessage message, Links links) {
        return render(message, links, Advice.NONE);
    }

    private static String render(IncidentMessage message, Links links, Advice advice) {
        SlackMessage rendered = SlackMessage.of(message, links, "<!here>", false, advice);
        assertThat(rendered.text()).hasSizeLessThanOrEqualTo(150);
        return GSON.toJson(rendered.attachments())
                .replace("\\u003c", "<")
                .replace("\\u003e", ">")
                .replace("\\u0026", "&")
                .replace("\\u003d", "=");
    }
}
