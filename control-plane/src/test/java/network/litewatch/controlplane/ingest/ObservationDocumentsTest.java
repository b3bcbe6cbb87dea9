package network.litewatch.controlplane.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ObservationDocumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant SLOT = Instant.parse("2026-01-01T23:59:59.500Z");

    @Test
    void aDocumentSaysWhenWhatWhereAndHowItEnded() throws IOException {
        Document document = ObservationDocuments.of(observation(Outcome.failed(Reason.TIMEOUT, "no answer in 2 s")));

        assertThat(document.index()).isEqualTo("litewatch-observations-2026.01.01");
        assertThat(JSON.readTree(document.json())).isEqualTo(JSON.readTree("""
                        {"@timestamp": "2026-01-01T23:59:59.500Z",
                         "event": {"kind": "metric", "dataset": "litewatch.observations", "module": "litewatch",
                                   "action": "rpc.head", "outcome": "failure", "reason": "timeout", "duration": 2000000000,
                                   "start": "2026-01-01T23:59:59.750Z", "end": "2026-01-02T00:00:01.500Z"},
                         "observer": {"name": "here", "type": "prober"},
                         "service": {"name": "rpc-a", "type": "rpc", "environment": "lab"},
                         "error": {"type": "timeout", "message": "no answer in 2 s"},
                         "labels": {"operator": "op"},
                         "cortensor": {"probe": "rpc.head", "target": "rpc-a", "kind": "rpc", "network": "lab", "vantage": "here",
                                       "slot": "2026-01-01T23:59:59.500Z", "started_at": "2026-01-01T23:59:59.750Z",
                                       "outcome": "failed", "reason": "timeout", "detail": "no answer in 2 s",
                                       "elapsed_seconds": 2.0, "slip_seconds": 0.25,
                                       "phases": {"connect": 0.004}, "measurements": {"rpc_head_number": 7.0},
                                       "evidence": {"client": "anvil"}}}
                        """));
    }

    @ParameterizedTest
    @CsvSource({"OK, success", "FAILED, failure", "INCONCLUSIVE, unknown", "NOT_RUN, unknown"})
    void outcomesAreThoseOfEcsBesideOurOwn(Outcome.Kind kind, String ecs) throws IOException {
        JsonNode json = JSON.readTree(
                ObservationDocuments.of(observation(outcome(kind))).json());

        assertThat(json.at("/event/outcome").asText()).isEqualTo(ecs);
        assertThat(json.at("/cortensor/outcome").asText()).isEqualTo(kind.label());
        assertThat(json.has("error")).isEqualTo(kind != Outcome.Kind.OK);
    }

    @Test
    void theSameSlotIsTheSameDocumentAndAnotherIsNot() {
        Document document = ObservationDocuments.of(observation(Outcome.ok()));

        assertThat(ObservationDocuments.of(observation(Outcome.ok()))).isEqualTo(document);
        assertThat(ObservationDocuments.of(observation(Outcome.failed(Reason.TIMEOUT, "")))
                        .id())
                .isEqualTo(document.id());
        assertThat(ObservationDocuments.of(at(SLOT.plusMillis(1))).id()).isNotEqualTo(document.id());
    }

    @ParameterizedTest
    @EnumSource(Outcome.Kind.class)
    void everyFieldIsInTheStrictMapping(Outcome.Kind kind) throws IOException {
        JsonNode json = JSON.readTree(
                ObservationDocuments.of(observation(outcome(kind))).json());

        mapped(json, Templates.observations(), "");
    }

    private static void mapped(JsonNode value, JsonNode mapping, String path) {
        if (mapping.path("type").asText().equals("flattened")) {
            return;
        }
        value.properties().forEach(field -> {
            String name = path + "/" + field.getKey();
            JsonNode inner = mapping.path("properties").path(field.getKey());
            assertThat(inner.isObject()).as("%s is mapped", name).isTrue();
            mapped(field.getValue(), inner, name);
        });
    }

    private static Outcome outcome(Outcome.Kind kind) {
        return switch (kind) {
            case OK -> Outcome.ok();
            case FAILED -> Outcome.failed(Reason.TIMEOUT, "late");
            case INCONCLUSIVE -> Outcome.inconclusive(Reason.PATH_UNHEALTHY, "router");
            case NOT_RUN -> Outcome.notRun(Reason.PROBER_LATE, "busy");
        };
    }

    private static Observation observation(Outcome outcome) {
        return observation(SLOT, outcome);
    }

    private static Observation at(Instant slot) {
        return observation(slot, Outcome.ok());
    }

    private static Observation observation(Instant slot, Outcome outcome) {
        return new Observation(
                new ProbeId("rpc.head"),
                new TargetId("rpc-a"),
                TargetKind.RPC,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of("operator", "op"),
                slot,
                slot.plusMillis(250),
                Duration.ofSeconds(2),
                new Finding(
                        outcome,
                        Map.of(Phase.CONNECT, Duration.ofMillis(4)),
                        Map.of(Measurement.RPC_HEAD_NUMBER, 7.0),
                        Map.of("client", "anvil")));
    }
}
