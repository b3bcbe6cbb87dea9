package network.litewatch.controlplane.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.probe.chain.ChainEvent;
import network.litewatch.probe.chain.EventArgument;

/**
 * Chain events as Elasticsearch keeps them: one document when an event is seen on the chain, one more each time that a reorg
 * takes it back ({@code cortensor.state: removed}) or brings it again. An event is on the chain when more of its documents say
 * {@code added} than {@code removed}. Pure.
 *
 * @param enums the network's names of on-chain values, by enum and value
 */
record ChainDocuments(String network, Map<String, Map<String, String>> enums) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");
    private static final Pattern HUMP = Pattern.compile("([a-z])([A-Z])");

    ChainDocuments {
        enums = Map.copyOf(enums);
    }

    List<Document> of(ChainChange change) {
        List<Document> documents = new ArrayList<>();
        // Taken back first: with both in one batch, whoever reads along sees them in the order in which they were true.
        change.removed().forEach(sighting -> documents.add(removed(sighting)));
        change.added().forEach(added -> documents.add(added(added)));
        return documents;
    }

    Document added(ChainChange.Added added) {
        Sighting sighting = added.sighting();
        String id = sighting.removals() == 0
                ? ObservationDocuments.hash(network, sighting.blockHash(), Long.toString(sighting.index()))
                : id(sighting, "added");
        ObjectNode root = root(sighting, id, "added");
        arguments(added.event(), (ObjectNode) root.path("cortensor"));
        return document(sighting, id, root);
    }

    private Document removed(Sighting sighting) {
        String id = id(sighting, "removed");
        return document(sighting, id, root(sighting, id, "removed"));
    }

    private String id(Sighting sighting, String state) {
        return ObservationDocuments.hash(
                network,
                sighting.blockHash(),
                Long.toString(sighting.index()),
                state,
                Integer.toString(sighting.removals()));
    }

    private static Document document(Sighting sighting, String id, ObjectNode root) {
        try {
            return new Document(
                    ObservationDocuments.dailyIndex(Templates.CHAIN_EVENTS_PREFIX, sighting.at()),
                    id,
                    JSON.writeValueAsString(root));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own cannot be written", e);
        }
    }

    private ObjectNode root(Sighting s, String id, String state) {
        ObjectNode root = JSON.createObjectNode().put("@timestamp", s.at().toString());
        root.putObject("event")
                .put("kind", "event")
                .put("dataset", "litewatch.chain-events")
                .put("module", "litewatch")
                .put("action", s.event());
        root.putObject("cortensor")
                .put("id", id)
                .put("network", network)
                .put("contract", s.contract())
                .put("event", s.event())
                .put("state", state)
                .put("removals", s.removals())
                .put("block_number", s.block())
                .put("block_hash", s.blockHash())
                .put("log_index", s.index())
                .put("transaction", s.transaction())
                // Block and log index as text that sorts: what "newest first" means within one second.
                .put("position", String.format(Locale.ROOT, "%016d-%08d", s.block(), s.index()));
        return root;
    }

    private void arguments(ChainEvent event, ObjectNode own) {
        own.put("address", event.log().address());
        event.value("sessionId").ifPresent(id -> own.put("session_id", id));
        event.value("taskId").ifPresent(id -> own.put("task_id", id));
        if (event.contract().equals("Cognitive")) {
            event.value("id").ifPresent(id -> own.put("cognitive_id", id));
        }
        Set<String> addresses = new TreeSet<>();
        ObjectNode all = own.putObject("args");
        for (EventArgument argument : event.arguments()) {
            argument.values().stream()
                    .filter(value -> ADDRESS.matcher(value).matches())
                    .forEach(addresses::add);
            if (argument.many()) {
                ArrayNode values = all.putArray(argument.name());
                argument.values().forEach(values::add);
            } else {
                all.put(argument.name(), argument.values().get(0));
                named(argument, all);
            }
        }
        ArrayNode parties = own.putArray("addresses");
        addresses.forEach(parties::add);
    }

    private void named(EventArgument argument, ObjectNode all) {
        String snake = HUMP.matcher(argument.name()).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
        String name = enums.getOrDefault(snake, Map.of()).get(argument.values().get(0));
        if (name != null) {
            all.put(argument.name() + "_name", name);
        }
    }
}
