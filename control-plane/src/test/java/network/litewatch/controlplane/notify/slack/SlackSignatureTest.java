package network.litewatch.controlplane.notify.slack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import network.litewatch.controlplane.notify.slack.SlackSignature.Verdict;
import network.litewatch.probe.Secret;
import org.junit.jupiter.api.Test;

/** The example of Slack's own documentation, "Verifying requests from Slack", and what deviates from it. */
class SlackSignatureTest {
    private static final String STAMP = "1531420618";
    private static final String SIGNED = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    private static final String BODY = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
            + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
            + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J"
            + "%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121"
            + ".803a0bc887a14d10d2c447fce8b6703c";

    private Instant now = Instant.ofEpochSecond(Long.parseLong(STAMP));
    private final SlackSignature signature =
            new SlackSignature(new Secret("8f742231b10e8888abcd99yyyzzz85a5"), () -> now);

    @Test
    void whatSlackSignedIsGenuineOnce() {
        assertThat(judge(STAMP, SIGNED, BODY)).isEqualTo(Verdict.GENUINE);
        assertThat(judge(STAMP, SIGNED, BODY)).isEqualTo(Verdict.REPEATED);
    }

    @Test
    void whatIsOldOrFromTheFutureIsRefusedThoughItsSignatureIsRight() {
        now = now.plusSeconds(301);
        assertThat(judge(STAMP, SIGNED, BODY)).isEqualTo(Verdict.REFUSED);
        now = now.minusSeconds(602);
        assertThat(judge(STAMP, SIGNED, BODY)).isEqualTo(Verdict.REFUSED);
        now = now.plusSeconds(1);
        assertThat(judge(STAMP, SIGNED, BODY)).isEqualTo(Verdict.GENUINE);
    }

    @Test
    void whateverDiffersIsRefused() {
        assertThat(judge("1531420619", SIGNED, BODY)).isEqualTo(Verdict.REFUSED);
        assertThat(judge(STAMP, SIGNED, BODY + " ")).isEqualTo(Verdict.REFUSED);
        assertThat(judge(STAMP, SIGNED.replace('a', 'b'), BODY)).isEqualTo(Verdict.REFUSED);
        assertThat(judge(STAMP, SIGNED.substring(3), BODY)).isEqualTo(Verdict.REFUSED);
        assertThat(judge(STAMP, "", BODY)).isEqualTo(Verdict.REFUSED);
        assertThat(judge(STAMP, null, BODY)).isEqualTo(Verdict.REFUSED);
        assertThat(judge(null, SIGNED, BODY)).isEqualTo(Verdict.REFUSED);
        assertThat(judge("-1531420618", SIGNED, BODY)).isEqualTo(Verdict.REFUSED);
        assertThat(judge("99999999999999999999", SIGNED, BODY)).isEqualTo(Verdict.REFUSED);
    }

    private Verdict judge(
            @org.jspecify.annotations.Nullable String stamp,
            @org.jspecify.annotations.Nullable String signed,
            String body) {
        return signature.judge(stamp, signed, body.getBytes(StandardCharsets.UTF_8));
    }
}
