package network.litewatch.controlplane.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import network.litewatch.controlplane.ingest.Document;
import org.jspecify.annotations.Nullable;

/** Keeps what a step writes, and can lose the writer before or after it is kept. */
final class MemoryWriter implements ChainIndexer.Writer {
    private static final ObjectMapper JSON = new ObjectMapper();

    final List<Document> documents = new ArrayList<>();

    @Nullable
    ChainState state;

    int mismatches;
    int settled;
    boolean dieBefore;
    boolean dieAfter;

    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public @Nullable ChainState load() {
        return state == null
                ? null
                : new ChainState(
                        state.genesis(),
                        state.next(),
                        state.settled(),
                        state.links(),
                        state.known(),
                        state.next(),
                        state.reorgDepth(),
                        state.caughtUpAt(),
                        state.auditedAt(),
                        state.revision());
    }

    @Override
    public ChainState write(ChainState before, ChainChange change) {
        if (dieBefore) {
            dieBefore = false;
            throw new Died();
        }
        long revision = state == null ? 0 : state.revision();
        if (revision != before.revision()) {
            throw new IllegalStateException("overtaken");
        }
        state = change.after().stored();
        mismatches += change.mismatches();
        settled += change.settled().size();
        documents.addAll(new ChainDocuments("test", Map.of()).of(change));
        if (dieAfter) {
            dieAfter = false;
            throw new Died();
        }
        return state;
    }

    @Override
    public int audit(ChainIndexer.Reading reading) {
        return 0;
    }

    /** Keys of the events that are on the chain by what the documents say. */
    Set<String> standing() {
        return standing(documents.stream().map(Document::json).toList());
    }

    static Set<String> standing(List<String> sources) {
        Map<String, Integer> balance = new TreeMap<>();
        for (String source : sources) {
            try {
                JsonNode own = JSON.readTree(source).path("cortensor");
                String key = Sighting.key(
                        own.path("block_hash").asText(), own.path("log_index").asLong());
                balance.merge(key, own.path("state").asText().equals("added") ? 1 : -1, Integer::sum);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
        balance.values().removeIf(count -> count == 0);
        if (balance.values().stream().anyMatch(count -> count != 1)) {
            throw new IllegalStateException("an event stands twice, or was taken back unseen: " + balance);
        }
        return new TreeSet<>(balance.keySet());
    }
}
