package network.litewatch.controlplane.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.elastic.Templates;
import org.junit.jupiter.api.Test;

class ChainDocumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void anEventIsOneDocumentInTheIndexOfItsBlocksDay() throws JsonProcessingException {
        Document document = ChainSamples.DOCUMENTS.added(ChainSamples.taskAssigned());

        assertThat(document.index()).isEqualTo("litewatch-chain-events-2026.11.20");
        assertThat(JSON.readTree(document.json()).path("cortensor"))
                .isEqualTo(JSON.readTree("""
                        {"id": "%s", "network": "lab", "contract": "SessionQueueV2", "event": "TaskAssigned",
                         "state": "added", "removals": 0, "block_number": 12, "block_hash": "0x%s", "log_index": 2,
                         "transaction": "0x%s", "position": "0000000000000012-00000002",
                         "address": "0x00000000000000000000000000000000000000aa", "session_id": "7", "task_id": "3",
                         "args": {"sessionId": "7", "taskId": "3",
                                  "miners": ["0x00000000000000000000000000000000000000dd"], "miners_count": "1"},
                         "addresses": ["0x00000000000000000000000000000000000000dd"]}
                        """.formatted(document.id(), "a".repeat(64), "b".repeat(64))));
    }

    @Test
    void whatATextSaidIsNowhereAndWhatAnEnumSaysIsNamed() {
        String json = ChainSamples.DOCUMENTS.added(ChainSamples.levelChanged()).json();

        assertThat(json)
                .contains("\"newLevel\":\"4\",\"newLevel_name\":\"expert\"", "\"reason_length\":\"7\"", "reason_keccak")
                .doesNotContain("because", "62656361757365", "previousLevel_name");
    }

    @Test
    void everyTurnOfAnEventHasAnIdOfItsOwnAndTheSameOneAlways() {
        ChainChange.Added added = ChainSamples.taskAssigned();
        ChainChange.Added again =
                new ChainChange.Added(added.event(), added.sighting().removed().restored());
        List<Document> life = ChainSamples.DOCUMENTS.of(new ChainChange(
                ChainState.before(1, null, ChainSamples.AT),
                List.of(added, again),
                List.of(added.sighting().removed(), added.sighting().removed().removed()),
                List.of(),
                0));

        assertThat(life.stream().map(Document::id)).doesNotHaveDuplicates().hasSize(4);
        assertThat(ChainSamples.DOCUMENTS.added(ChainSamples.taskAssigned()).id())
                .isEqualTo(ChainSamples.DOCUMENTS.added(added).id());
        assertThat(new ChainDocuments("other", java.util.Map.of()).added(added).id())
                .isNotEqualTo(ChainSamples.DOCUMENTS.added(added).id());
    }

    @Test
    void everyFieldIsInTheStrictMapping() throws JsonProcessingException {
        for (Document document : ChainSamples.documents()) {
            mapped(JSON.readTree(document.json()), Templates.chainEvents(), "");
        }
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
}
