package network.litewatch.controlplane.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunbookQueriesTest {
    private static final RunbookQueries QUERIES = new RunbookQueries(Set.of("rpc.head"), Set.of("drill", "probe"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "curl -s 'http://127.0.0.1:8080/api/v1/observations?probe=rpc.head&limit=20&target=TARGET'",
                "`curl http://127.0.0.1:8080/api/v1/targets?kind=miner`, then",
                "curl http://127.0.0.1:8080/api/v1/targets/TARGET",
                "curl -X POST http://127.0.0.1:8080/api/v1/rules/reload",
                "curl 'http://127.0.0.1:8080/api/v1/observations?outcome=failed&limit=OF_THEM'",
                "curl http://127.0.0.1:8081/-/reload and http://10.0.0.1:8080/whatever"
            })
    void whatTheApiUnderstandsIsFine(String line) {
        assertThat(RunbookQueries.calls(line))
                .allSatisfy(call -> assertThat(QUERIES.flaw(call)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            curl http://127.0.0.1:8080/api/v1/observation?limit=5                | /api/v1/observation is no path of the API
            curl http://127.0.0.1:8080/api/v1/observations?probe=rpc.heads       | the parameter probe cannot be "rpc.heads"
            curl http://127.0.0.1:8080/api/v1/observations?outcome=fail          | the parameter outcome cannot be "fail"
            curl http://127.0.0.1:8080/api/v1/observations?limit=501             | the parameter limit cannot be "501"
            curl http://127.0.0.1:8080/api/v1/observations?limit=many            | the parameter limit cannot be "many"
            curl http://127.0.0.1:8080/api/v1/observations?since=1h              | there is no parameter since
            curl http://127.0.0.1:8080/api/v1/targets?kind=minor                 | the parameter kind cannot be "minor"
            curl -X DELETE http://127.0.0.1:8080/api/v1/targets                  | /api/v1/targets has no DELETE
            curl http://127.0.0.1:8080/api/v1/rules/reload                       | /api/v1/rules/reload has no GET
            curl http://127.0.0.1:8080/api/v1/targets/                           | /api/v1/targets/ is no path of the API
            """)
    void whatItWouldNotUnderstandIsSaid(String line, String flaw) {
        List<RunbookQueries.Call> calls = RunbookQueries.calls(line);

        assertThat(calls).hasSize(1);
        assertThat(QUERIES.flaw(calls.get(0)))
                .hasValueSatisfying(said -> assertThat(said).contains(flaw));
    }

    @Test
    void aProblemNamesItsLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a.md"), """
                1. `litewatch probe TARGET`
                2. `control-plane/bin/litewatch drills run X`
                3. `curl http://127.0.0.1:8080/api/v1/targets?kid=miner`
                """);

        assertThat(QUERIES.problems(file).stream().map(Object::toString))
                .containsExactly(
                        file + ":2: litewatch drills is no command; there are drill, probe",
                        file + ":3: /api/v1/targets: there is no parameter kid");
    }
}
