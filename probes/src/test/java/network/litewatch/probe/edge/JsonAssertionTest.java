package network.litewatch.probe.edge;

import static org.assertj.core.api.Assertions.assertThat;

import network.litewatch.probe.edge.JsonAssertion.Verdict;
import network.litewatch.probe.http.TargetJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonAssertionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "json.a == 1                        | {\"a\":1}                 | HOLDS",
                "json.a == 1                        | {\"a\":1.0}               | HOLDS",
                "json.a == null                     | {\"a\":null}              | HOLDS",
                "has(json.b) && json.b              | {\"a\":1}                 | DOES_NOT_HOLD",
                "json.b                             | {\"a\":1}                 | CANNOT_TELL",
                "json[1].x.startsWith('y')          | [0,{\"x\":\"yes\"}]       | HOLDS",
                "json.all(i, i > 0)                 | [1,2,0.5]                 | HOLDS",
                "json.all(i, i > 0)                 | [1,-2]                    | DOES_NOT_HOLD",
                "json.v.matches('^(a+)+$')          | {\"v\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"} | DOES_NOT_HOLD",
                "json > 18446744073709551616.0      | 184467440737095516160     | HOLDS",
                "json                               | true                      | HOLDS",
                "json                               | \"true\"                  | CANNOT_TELL"
            })
    void judgesDocuments(String expression, String document, Verdict verdict) {
        assertThat(JsonAssertion.compile(expression)
                        .judge(TargetJson.parse(document).orElseThrow()))
                .isEqualTo(verdict);
    }

    @Test
    void stopsLoopsThatAStrangersDocumentMakesLong() {
        String document = "[" + "1,".repeat(999) + "1]";

        assertThat(JsonAssertion.compile("json.all(a, json.all(b, json.all(c, a + b + c > 0)))")
                        .judge(TargetJson.parse(document).orElseThrow()))
                .isEqualTo(Verdict.CANNOT_TELL);
    }
}
