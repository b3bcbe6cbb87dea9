package network.litewatch.probe.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EdgeKindTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP | method           | DELETE          | must be GET or HEAD",
                "HTTP | statuses         | 2xx 700         | must be statuses such as 2xx",
                "HTTP | max_body_bytes   | 0               | must be a whole number from 1",
                "HTTP | max_body_bytes   | many            | must be a whole number from 1",
                "HTTP | expect           | (               | is not a regular expression",
                "HTTP | expect_json      | json.status ==  | (line 1, column",
                "HTTP | expect_json      | status == 'ok'  | undeclared reference to 'status'",
                "HTTP | expect_json      | 1 + 1           | must be true or false",
                "HTTP | ca_file          | /nowhere/ca.pem | cannot be read",
                "HTTP | header.Host      | a.example       | is a header that the probe sets itself",
                "HTTP | header.authorization | Basic x     | goes into token",
                "HTTP | header.a b       | c               | is no name of a header",
                "HTTP | expects          | pong            | is not a known parameter; known here: accept, ca_file",
                "TCP  | expect           | [               | is not a regular expression",
                "TCP  | body             | x               | is not a known parameter; known here: expect, send",
                "TLS  | name             | a b             | must be a host name",
                "DNS  | name             | a..example      | is no DNS name",
                "DNS  | type             | ADDRESS         | must be a record type",
                "DNS  | type             | AXFR            | must be a record type",
                "DNS  | rcode            | FINE            | must be a response code",
                "DNS  | tcp              | yes             | must be true or false"
            })
    void saysWhatIsWrongWithAParameter(EdgeKind kind, String name, String value, String problem) {
        Map<String, String> parameters = new HashMap<>();
        if (kind == EdgeKind.DNS) {
            parameters.put("name", "router.example");
        }
        parameters.put(EdgeKind.PARAMETER, kind.label());
        parameters.put(name, value);
        assertThat(kind.problems(parameters))
                .containsOnlyKeys(name)
                .hasEntrySatisfying(name, text -> assertThat(text).contains(problem));
    }

    @Test
    void headGoesWithNoExpectation() {
        assertThat(EdgeKind.HTTP.problems(Map.of("method", "HEAD", "expect", "pong")))
                .containsOnlyKeys("method");
    }

    @Test
    void aNameServerIsAskedForSomething() {
        assertThat(EdgeKind.DNS.problems(Map.of()))
                .hasEntrySatisfying("name", text -> assertThat(text).startsWith("is required"));
    }

    @Test
    void isFoundByItsName() {
        for (EdgeKind kind : EdgeKind.values()) {
            assertThat(EdgeKind.named(kind.label())).contains(kind);
        }
        assertThat(EdgeKind.named("icmp")).isEmpty();
    }
}
