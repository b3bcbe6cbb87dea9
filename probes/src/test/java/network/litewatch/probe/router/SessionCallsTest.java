package network.litewatch.probe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a chain, or an RPC that lies, can answer to getSession. */
final class SessionCallsTest {
    private static final String SID = "ab".repeat(32);
    private static final String ROUTER = "00".repeat(12) + "cd".repeat(20);

    @Test
    void readsTheTupleByPosition() {
        assertThat(SessionCalls.session(answer()))
                .isEqualTo(new SessionCalls.Session(
                        7, "0x" + SID, 1, List.of("http://127.0.0.1:5010"), List.of("0x" + "cd".repeat(20))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "0xzz", "null", "0x00", "latest"})
    void whatIsNoTupleIsRefused(String data) {
        assertThatThrownBy(() -> SessionCalls.session(data)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lengthsAndOffsetsThatLieAreRefusedAndCostNothing() {
        String huge = "7" + "f".repeat(63);
        String good = answer().substring(2);
        for (int word = 0; word < good.length() / 64; word++) {
            String forged = "0x" + good.substring(0, word * 64) + huge + good.substring((word + 1) * 64);
            try {
                SessionCalls.Session session = SessionCalls.session(forged);
                assertThat(session.routerMetadatas()).hasSizeLessThanOrEqualTo(32);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageNotContaining("127.0.0.1");
            }
        }
    }

    @Test
    void noBytesMakeItThrowAnythingElse() {
        Random random = new Random(1);
        String good = answer();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder data = new StringBuilder(good.substring(0, 2 + random.nextInt(good.length() - 2)));
            for (int flips = random.nextInt(8); flips > 0 && data.length() > 2; flips--) {
                int at = 2 + random.nextInt(data.length() - 2);
                data.setCharAt(at, "0123456789abcdef".charAt(random.nextInt(16)));
            }
            try {
                assertThat(SessionCalls.session(data.toString())).isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    /** A session of 21 fields, with one router and one endpoint. */
    private static String answer() {
        byte[] endpoint = "http://127.0.0.1:5010".getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder();
        for (int field = 0; field < 21; field++) {
            head.append(
                    switch (field) {
                        case 0 -> word(7);
                        case 1 -> SID;
                        case 4 -> word(1);
                        case 15 -> word(21 * 32);
                        case 16 -> word(21 * 32 + 4 * 32);
                        default -> word(0);
                    });
        }
        String text = HexFormat.of().formatHex(endpoint);
        return "0x" + word(32) + head + word(1) + word(32) + word(endpoint.length) + text
                + "0".repeat(64 - text.length() % 64) + word(1) + ROUTER;
    }

    private static String word(long value) {
        return String.format("%064x", value);
    }
}
