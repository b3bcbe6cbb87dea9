package network.litewatch.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.litewatch.controlplane.TestIncidents;
import network.litewatch.controlplane.Tools;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.store.AlertStore;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real amtool against our API. */
class AmtoolIT {
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    private static Path amtool;
    private static GuardedApi server;

    @BeforeAll
    static void start() throws Exception {
        amtool = Tools.require("amtool", "prometheus-alertmanager");
        Jdbi jdbi = SharedStores.get().database("amtool");
        InstantSource clock = InstantSource.system();
        server = GuardedApi.start(AuthSettings.NONE, TestIncidents.resources(jdbi, JSON, clock));
        jdbi.useTransaction(handle -> {
            var firing = List.of(
                    IncidentSamples.firing("a", "critical", clock.instant()),
                    IncidentSamples.firing("b", "warning", clock.instant()));
            List<Transition> fired = firing.stream()
                    .map(alert -> new Transition(Transition.Kind.FIRED, alert))
                    .toList();
            new AlertStore(jdbi, JSON).save(handle, new AlertBook.Changes(firing, List.of(), fired));
            TestIncidents.log(jdbi, JSON, clock).turned(handle, fired);
        });
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void alertsAreQueriedSilencedAndHeardAgain() throws Exception {
        assertThat(targets("alert", "query")).containsExactlyInAnyOrder("a", "b");
        assertThat(targets("alert", "query", "severity=critical")).containsExactly("a");
        assertThat(targets("alert", "query", "target=~[b-z]")).containsExactly("b");

        String silence = run("silence", "add", "target=a", "-d", "1h", "-c", "moving it", "-a", "ann")
                .strip();

        assertThat(targets("alert", "query")).containsExactly("b");
        assertThat(targets("alert", "query", "--silenced")).containsExactly("a");
        JsonNode listed = JSON.readTree(run("-o", "json", "silence", "query"));
        assertThat(listed).hasSize(1);
        assertThat(listed.at("/0/id").asText()).isEqualTo(silence);
        assertThat(listed.at("/0/createdBy").asText()).isEqualTo("ann");
        assertThat(listed.at("/0/comment").asText()).isEqualTo("moving it");

        run("silence", "expire", silence);

        assertThat(targets("alert", "query")).containsExactlyInAnyOrder("a", "b");
        assertThat(JSON.readTree(run("-o", "json", "silence", "query"))).isEmpty();
        assertThat(run("silence", "query", "--expired", "-q")).contains(silence);
    }

    private static List<String> targets(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("-o", "json"));
        all.addAll(List.of(command));
        return JSON.readTree(run(all.toArray(String[]::new))).findValuesAsText("target");
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                amtool.toString(), "--no-version-check", "--alertmanager.url", "http://127.0.0.1:" + server.port()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
