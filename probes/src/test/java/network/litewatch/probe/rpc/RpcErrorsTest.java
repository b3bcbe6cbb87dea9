package network.litewatch.probe.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Outcome.Kind;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.FakeExchanger;
import network.litewatch.probe.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The error answers of real providers, as their users reported them, classified. */
final class RpcErrorsTest {
    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("reported")
    void aReportedAnswerIsOfItsClassAndMakesNoRpcUnhealthy(Reason reason, int status, String body, String seen) {
        HttpResponse response = FakeExchanger.response(status, body);

        Outcome outcome = RpcErrors.ofStatus(response)
                .orElseGet(() -> RpcErrors.ofError(response.json().orElseThrow().path("error")));

        assertThat(outcome.reason()).as(seen).isEqualTo(reason);
        assertThat(outcome.kind()).isEqualTo(Kind.INCONCLUSIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "-32000, internal error",
        "-32603, Internal error",
        "-32000, leveldb: closed",
        "-32000, context deadline exceeded in the sequencer",
        "0, ''",
    })
    void whatTheNodeItselfDoesWrongIsAFailure(int code, String message) {
        Outcome outcome = RpcErrors.ofError(code, message);

        assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
        assertThat(outcome.reason()).isEqualTo(Reason.RPC_ERROR);
    }

    @ParameterizedTest
    @CsvSource({
        "3, execution reverted: not owner, REQUEST_REFUSED",
        "-32602, invalid argument 0: hex string without 0x prefix, REQUEST_REFUSED",
        "-32700, what, REQUEST_REFUSED",
        "-32005, limit, RATE_LIMITED",
        "-32614, no, RANGE_LIMIT",
        "-32004, no, UNSUPPORTED",
        "-32601, no, UNSUPPORTED",
        "-32000, gas limit exceeded, REQUEST_REFUSED",
    })
    void codesDecideWhereWordsDoNot(int code, String message, Reason reason) {
        assertThat(RpcErrors.ofError(code, message).reason()).isEqualTo(reason);
    }

    @Test
    void aHugeMessageIsReadToABound() {
        Outcome outcome = RpcErrors.ofError(-32000, "x".repeat(2_000_000) + "rate limit");

        assertThat(outcome.reason()).isEqualTo(Reason.RPC_ERROR);
        assertThat(outcome.detail()).hasSizeLessThan(300);
    }

    static Stream<Arguments> reported() throws IOException {
        try (InputStream file = Objects.requireNonNull(RpcErrorsTest.class.getResourceAsStream("/rpc-errors.psv"))) {
            List<Arguments> cases = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(RpcErrorsTest::fixture)
                    .toList();
            assertThat(cases).hasSizeGreaterThanOrEqualTo(30);
            return cases.stream();
        }
    }

    private static Arguments fixture(String line) {
        int status = line.indexOf('|');
        int body = line.indexOf('|', status + 1);
        int seen = line.lastIndexOf('|');
        return Arguments.of(
                Reason.valueOf(line.substring(0, status)),
                Integer.parseInt(line.substring(status + 1, body)),
                line.substring(body + 1, seen),
                line.substring(seen + 1));
    }
}
