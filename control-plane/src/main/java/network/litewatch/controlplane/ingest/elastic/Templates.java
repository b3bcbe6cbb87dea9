package network.litewatch.controlplane.ingest.elastic;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import network.litewatch.controlplane.ingest.MinuteSummaries;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Phase;

/**
 * The index templates. Strict at every level: a field that is not here is refused, so a target cannot make the mapping
 * explode. Measurements and phases come from their enums.
 */
public final class Templates {
    /** Before the date in the names of the daily indices of alert history. */
    public static final String ALERTS_PREFIX = "litewatch-alerts-";

    /** Before the date in the names of the daily indices of chain events. */
    public static final String CHAIN_EVENTS_PREFIX = "litewatch-chain-events-";

    /** Before the date in the names of the daily indices of drills. */
    public static final String DRILLS_PREFIX = "litewatch-drills-";

    /** Names of a drill that are searched for. */
    public static final List<String> DRILL_KEYWORDS =
            List.of("run", "drill", "runbook", "network", "alert", "mode", "verdict");

    /** What was measured of a drill. */
    public static final List<String> DRILL_NUMBERS = List.of(
            "seconds_to_fire", "seconds_to_resolve", "fires_within_seconds", "resolves_within_seconds", "messages");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> OWN_KEYWORDS =
            List.of("probe", "target", "kind", "network", "vantage", "outcome", "reason");
    private static final List<String> ALERT_KEYWORDS =
            List.of("fingerprint", "state", "target", "network", "kind", "vantage", "probe", "reason");

    private static final List<String> CHAIN_KEYWORDS = List.of(
            "id",
            "network",
            "contract",
            "address",
            "event",
            "state",
            "block_hash",
            "transaction",
            "position",
            "session_id",
            "task_id",
            "cognitive_id",
            "addresses");

    private Templates() {}

    /** Puts all templates; existing ones are replaced, existing indices learn the fields that are new. */
    public static void put(ElasticsearchClient client, int replicas) throws IOException {
        put(client, "litewatch-observations", ObservationDocuments.INDEX_PREFIX, replicas, observations());
        put(client, "litewatch-alerts", ALERTS_PREFIX, replicas, alerts());
        put(client, "litewatch-chain-events", CHAIN_EVENTS_PREFIX, replicas, chainEvents());
        put(client, "litewatch-drills", DRILLS_PREFIX, replicas, drills());
        put(client, "litewatch-summaries", MinuteSummaries.INDEX_PREFIX, replicas, summaries());
    }

    private static void put(ElasticsearchClient client, String name, String prefix, int replicas, ObjectNode mapping)
            throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("index_patterns").add(prefix + "*");
        root.put("priority", 200);
        ObjectNode template = root.putObject("template");
        template.putObject("settings")
                .put("index.number_of_shards", 1)
                .put("index.number_of_replicas", replicas)
                .put("index.refresh_interval", "1s");
        template.set("mappings", mapping);
        client.indices().putIndexTemplate(b -> b.name(name).withJson(new StringReader(root.toString())));
        // A template reaches indices that are made later; today's would refuse what a newer version measures.
        if (client.indices()
                .exists(b -> b.index(prefix + "*").allowNoIndices(false))
                .value()) {
            client.indices().putMapping(b -> b.index(prefix + "*").withJson(new StringReader(mapping.toString())));
        }
    }

    /** The mapping of observations. */
    public static ObjectNode observations() {
        ObjectNode root = strict();
        ObjectNode top = properties(root);
        field(top, "@timestamp", "date");
        ecs(top);
        field(top, "labels", "flattened");
        ObjectNode own = properties(object(top, "cortensor"));
        OWN_KEYWORDS.forEach(name -> field(own, name, "keyword"));
        field(own, "detail", "text");
        field(own, "slot", "date");
        field(own, "started_at", "date");
        field(own, "elapsed_seconds", "double");
        field(own, "slip_seconds", "double");
        field(own, "evidence", "flattened");
        ObjectNode phases = properties(object(own, "phases"));
        for (Phase phase : Phase.values()) {
            field(phases, phase.label(), "double");
        }
        ObjectNode measurements = properties(object(own, "measurements"));
        for (Measurement measurement : Measurement.values()) {
            field(measurements, measurement.field(), "double");
        }
        return root;
    }

    /** The mapping of the history of alerts. */
    public static ObjectNode alerts() {
        ObjectNode root = strict();
        ObjectNode top = properties(root);
        field(top, "@timestamp", "date");
        ecs(top);
        field(top, "message", "text");
        field(top, "labels", "flattened");
        ObjectNode rule = properties(object(top, "rule"));
        List.of("name", "reference").forEach(name -> field(rule, name, "keyword"));
        ObjectNode own = properties(object(top, "cortensor"));
        ALERT_KEYWORDS.forEach(name -> field(own, name, "keyword"));
        field(own, "severity", "keyword");
        List.of("starts_at", "fired_at", "resolved_at").forEach(name -> field(own, name, "date"));
        return root;
    }

    /** The mapping of chain events. */
    public static ObjectNode chainEvents() {
        ObjectNode root = strict();
        ObjectNode top = properties(root);
        field(top, "@timestamp", "date");
        ObjectNode event = properties(object(top, "event"));
        List.of("kind", "dataset", "module", "action").forEach(name -> field(event, name, "keyword"));
        ObjectNode own = properties(object(top, "cortensor"));
        CHAIN_KEYWORDS.forEach(name -> field(own, name, "keyword"));
        List.of("block_number", "log_index", "removals").forEach(name -> field(own, name, "long"));
        field(own, "args", "flattened");
        return root;
    }

    /** The mapping of drills. The journal is kept as it was signed, and not searched in. */
    public static ObjectNode drills() {
        ObjectNode root = strict();
        ObjectNode top = properties(root);
        field(top, "@timestamp", "date");
        ecs(top);
        field(top, "message", "text");
        ObjectNode own = properties(object(top, "cortensor"));
        DRILL_KEYWORDS.forEach(name -> field(own, name, "keyword"));
        DRILL_NUMBERS.forEach(name -> field(own, name, "double"));
        own.putObject("journal").put("type", "object").put("enabled", false);
        return root;
    }

    /** The mapping of the summaries of minutes. */
    public static ObjectNode summaries() {
        ObjectNode root = strict();
        ObjectNode top = properties(root);
        field(top, "@timestamp", "date");
        ObjectNode event = properties(object(top, "event"));
        List.of("kind", "dataset", "module").forEach(name -> field(event, name, "keyword"));
        ObjectNode own = properties(object(top, "cortensor"));
        List.of("network", "probe", "vantage", "outcome", "reason").forEach(name -> field(own, name, "keyword"));
        List.of("runs", "stored").forEach(name -> field(own, name, "long"));
        field(own, "elapsed_seconds_sum", "double");
        ObjectNode elapsed = properties(object(own, "elapsed_seconds"));
        List.of("p50", "p90", "p99").forEach(name -> field(elapsed, name, "double"));
        field(own, "bucket_seconds", "double");
        field(own, "bucket_runs", "long");
        return root;
    }

    private static void ecs(ObjectNode top) {
        ObjectNode event = properties(object(top, "event"));
        List.of("kind", "dataset", "module", "action", "outcome", "reason").forEach(n -> field(event, n, "keyword"));
        field(event, "duration", "long");
        field(event, "start", "date");
        field(event, "end", "date");
        ObjectNode observer = properties(object(top, "observer"));
        List.of("name", "type").forEach(name -> field(observer, name, "keyword"));
        ObjectNode service = properties(object(top, "service"));
        List.of("name", "type", "environment").forEach(name -> field(service, name, "keyword"));
        ObjectNode error = properties(object(top, "error"));
        field(error, "type", "keyword");
        field(error, "message", "text");
    }

    private static ObjectNode strict() {
        return JSON.createObjectNode().put("dynamic", "strict");
    }

    private static ObjectNode properties(ObjectNode parent) {
        return parent.putObject("properties");
    }

    private static ObjectNode object(ObjectNode properties, String name) {
        return properties.putObject(name).put("dynamic", "strict");
    }

    private static void field(ObjectNode properties, String name, String type) {
        properties.putObject(name).put("type", type);
    }
}
