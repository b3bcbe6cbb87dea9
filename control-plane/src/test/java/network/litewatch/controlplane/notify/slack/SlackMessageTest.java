package network.litewatch.controlplane.notify.slack;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.slack.api.util.json.GsonFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.notify.AlertMessage;
import network.litewatch.controlplane.notify.Notification;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlackMessageTest {
    private static final Instant T0 = Instant.parse("2026-01-01T10:00:00Z");
    private static final Gson GSON = GsonFactory.createSnakeCase();
    private static final Links LINKS = new Links("http://lw", Optional.of("http://grafana"));

    @Test
    void aFiringMessageSaysWhyAndWhereToGo() {
        String json = render("RPC rpc-b is 16 s behind", Notification.Kind.FIRING);

        assertThat(json)
                .contains("[CRIT] RPC rpc-b is 16 s behind")
                .contains("rpc_head_lag_seconds 16 s &gt; 10 s")
                .contains("http://lw/runbooks/rpc-head-stalled?alert=abc|Runbook")
                .contains("http://grafana/d/litewatch-network-overview");
    }

    @Test
    void aResolvedMessageSaysHowLongItLasted() {
        assertThat(render("RPC rpc-b is 16 s behind", Notification.Kind.RESOLVED))
                .contains("[RESOLVED]")
                .contains("after 2m10s");
    }

    @Test
    void textOfStrangersCannotMentionLinkOrBreakTheLayout() {
        String hostile = "<!channel> <@U1> *bold* `code` <http://evil|x> \u202e\n" + "&<>".repeat(3000);

        String json = render(hostile, Notification.Kind.FIRING);

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
                .contains("|Runbook>", "|Alert>")
                .doesNotContain("|Dashboard>");
    }

    private static AlertMessage message(
            String severity, String description, List<String> now, @Nullable Instant resolvedAt) {
        return new AlertMessage(
                "abc",
                "RpcHeadStalled",
                severity,
                "rpc-b",
                "lab",
                Map.of(),
                "RPC rpc-b is behind",
                description,
                List.of("rpc_head_lag_seconds 16 s > 10 s"),
                now,
                "rpc-head-stalled",
                T0,
                T0,
                resolvedAt);
    }

    private static String render(String summary, Notification.Kind kind) {
        AlertMessage message = new AlertMessage(
                "abc",
                "RpcHeadStalled",
                "critical",
                "rpc-b",
                "lab",
                Map.of(),
                summary,
                "",
                List.of("rpc_head_lag_seconds 16 s > 10 s"),
                List.of(),
                "rpc-head-stalled",
                T0,
                T0,
                kind == Notification.Kind.RESOLVED ? T0.plusSeconds(130) : null);
        return render(message, LINKS);
    }

    private static String render(AlertMessage message, Links links) {
        Notification.Kind kind = message.resolvedAt() == null ? Notification.Kind.FIRING : Notification.Kind.RESOLVED;
        SlackMessage rendered = SlackMessage.of(new Notification(new UUID(0, 1), "abc", T0, kind, message), links);
        assertThat(rendered.text()).hasSizeLessThanOrEqualTo(150);
        return GSON.toJson(rendered.attachments())
                .replace("\\u003c", "<")
                .replace("\\u003e", ">")
                .replace("\\u0026", "&")
                .replace("\\u003d", "=");
    }
}
