package network.litewatch.probe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UntrustedBytesTest {
    @Test
    void cleansTextToOneBoundedPrintableLine() {
        assertThat(UntrustedText.clean("  a\u0000b\r\n\tc\u202Ed\u200B e  ", 80))
                .isEqualTo("ab cd e");
        assertThat(UntrustedText.clean("x".repeat(500), 80)).hasSize(80);
        assertThat(UntrustedText.clean("\uD83D lone", 80)).isEqualTo("lone");
    }

    @Test
    void neverCutsACharacterInHalf() {
        assertThat(UntrustedText.clean("abc\uD83D\uDE80", 4)).isEqualTo("abc");
        assertThat(UntrustedText.clean("abc\uD83D\uDE80", 5)).isEqualTo("abc\uD83D\uDE80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "<html>", "{", "{} {}", "NaN", "{\"a\":01}"})
    void whatIsNotOneJsonValueIsNone(String text) {
        assertThat(TargetJson.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{\"b\":[{\"a\":1,\"a\":1}]}",
                "{\"a\":1,\"\\u0061\":2}",
                "\uFEFF{}",
                "\"\\ud800\"",
                "\"\\uDC00\\ud800\"",
                "{\"\\udfff\":1}",
                "[[{\"a\":\"x\\ud83dx\"}]]"
            })
    void jsonThatTwoReadersMayReadDifferentlyIsNone(String text) {
        assertThat(TargetJson.parse(text)).isEmpty();
        assertThat(TargetJson.parse(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void otherEncodingsThanUtf8AreNoJson() {
        assertThat(TargetJson.parse("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE)))
                .isEmpty();
        assertThat(TargetJson.parse("{\"a\":1}".getBytes(StandardCharsets.UTF_16)))
                .isEmpty();
        assertThat(TargetJson.parse(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}))
                .isEmpty();
        assertThat(TargetJson.parse(new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'}))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"a\":1},\"b\":{\"a\":1}}",
                "\"\uD83D\uDE80\"",
                "\"\\ud83d\\ude80\"",
                "\"\\\\ud800\"",
                "\"a\uFEFF\""
            })
    void jsonThatIsSoundIsRead(String text) {
        assertThat(TargetJson.parse(text)).isPresent();
        assertThat(TargetJson.parse(text.getBytes(StandardCharsets.UTF_8))).isPresent();
    }

    @Test
    void jsonBeyondTheLimitsIsNone() {
        assertThat(TargetJson.parse("[".repeat(64) + "]".repeat(64))).isPresent();
        assertThat(TargetJson.parse("[".repeat(65) + "]".repeat(65))).isEmpty();
        assertThat(TargetJson.parse("1".repeat(101))).isEmpty();
        assertThat(TargetJson.parse("{\"" + "n".repeat(257) + "\":1}")).isEmpty();
        assertThat(TargetJson.parse("\"" + "s".repeat((1 << 20) + 1) + "\"")).isEmpty();
    }

    @Test
    void requestsShowNeitherKeyNorTokenNorBody() {
        HttpRequest request = HttpRequest.post(
                SecretUrl.parse("https://rpc.example/v2/KEY?a=KEY"),
                Optional.of(new Secret("TOKEN")),
                "{\"x\":\"BODY\"}",
                Duration.ofSeconds(1));
        assertThat(request.toString()).isEqualTo("POST rpc.example");
    }
}
