package network.litewatch.controlplane.vantage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.edge.EdgeKind;

/**
 * What a vantage is to ask, as it goes over the wire. Its JSON holds the targets' URLs and tokens in clear: it may go to its own agent
 * and nowhere else.
 *
 * @param validity how long an agent that cannot reach the control plane goes on with it
 * @param privateRanges CIDR blocks that each network allows beside public addresses
 */
public record PlanDocument(
        Vantage vantage, Duration validity, Map<NetworkId, List<String>> privateRanges, List<Planned> plans) {
    /** Most plans that a document may hold. */
    public static final int MAX_PLANS = 20_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    public PlanDocument {
        privateRanges = Map.copyOf(privateRanges);
        plans = List.copyOf(plans);
    }

    /** One question to one target; the probe itself is made by whoever asks. */
    public record Planned(ProbeId probe, Target target, Duration interval, Duration timeout) {}

    /** The document as JSON, the same for equal plans; with secrets. */
    public String json() {
        ObjectNode root =
                JSON.createObjectNode().put("vantage", vantage.value()).put("validitySeconds", validity.toSeconds());
        ObjectNode ranges = root.putObject("privateRanges");
        new TreeMap<>(byName(privateRanges)).forEach((network, blocks) -> {
            ArrayNode list = ranges.putArray(network);
            blocks.forEach(list::add);
        });
        Map<String, ObjectNode> targets = new TreeMap<>();
        plans.forEach(plan -> targets.computeIfAbsent(plan.target().id().value(), id -> write(plan.target())));
        ArrayNode list = root.putArray("targets");
        targets.values().forEach(list::add);
        ArrayNode all = root.putArray("plans");
        plans.forEach(plan -> all.addObject()
                .put("probe", plan.probe().value())
                .put("target", plan.target().id().value())
                .put("intervalMs", plan.interval().toMillis())
                .put("timeoutMs", plan.timeout().toMillis()));
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own cannot be written", e);
        }
    }

    /** Quoted, as in the header ETag: equal for equal plans. */
    public String etag() {
        return "\""
                + Hashing.sha256()
                        .hashString(json(), StandardCharsets.UTF_8)
                        .toString()
                        .substring(0, 32) + "\"";
    }

    /** Reads what {@link #json} wrote. Throws {@link IllegalArgumentException}, without any of the text, for anything else. */
    public static PlanDocument parse(JsonNode root) {
        Map<NetworkId, List<String>> ranges = new HashMap<>();
        root.path("privateRanges").properties().forEach(entry -> {
            List<String> blocks = new ArrayList<>();
            entry.getValue().forEach(block -> blocks.add(block.asText()));
            ranges.put(new NetworkId(entry.getKey()), blocks);
        });
        Map<String, Target> targets = new HashMap<>();
        for (JsonNode node : list(root, "targets")) {
            Target target = target(node);
            targets.put(target.id().value(), target);
        }
        List<Planned> plans = new ArrayList<>();
        for (JsonNode node : list(root, "plans")) {
            Target target = targets.get(text(node, "target"));
            if (target == null) {
                throw new IllegalArgumentException("a plan names a target that is not in the document");
            }
            plans.add(new Planned(
                    new ProbeId(text(node, "probe")), target, millis(node, "intervalMs"), millis(node, "timeoutMs")));
        }
        return new PlanDocument(
                new Vantage(text(root, "vantage")), Duration.ofSeconds(number(root, "validitySeconds")), ranges, plans);
    }

    private static Map<String, List<String>> byName(Map<NetworkId, List<String>> ranges) {
        Map<String, List<String>> named = new HashMap<>();
        ranges.forEach((network, blocks) -> named.put(network.value(), blocks));
        return named;
    }

    private static ObjectNode write(Target target) {
        ObjectNode node = JSON.createObjectNode()
                .put("id", target.id().value())
                .put("kind", target.kind().label())
                .put("network", target.network().value())
                .put("url", target.url().reveal().toString());
        target.token().ifPresent(token -> node.put("token", token.reveal()));
        ObjectNode labels = node.putObject("labels");
        new TreeMap<>(target.labels()).forEach(labels::put);
        ObjectNode parameters = node.putObject("parameters");
        new TreeMap<>(target.parameters()).forEach(parameters::put);
        target.witness().ifPresent(witness -> node.set("witness", write(witness)));
        return node;
    }

    private static Target target(JsonNode node) {
        Map<String, String> parameters = texts(node.path("parameters"));
        TargetKind kind = kind(text(node, "kind"));
        Target target = new Target(
                new TargetId(text(node, "id")),
                kind,
                new NetworkId(text(node, "network")),
                SecretUrl.parse(text(node, "url"), schemes(kind, parameters)),
                node.hasNonNull("token") ? Optional.of(new Secret(text(node, "token"))) : Optional.empty(),
                texts(node.path("labels")),
                parameters);
        return node.hasNonNull("witness") ? target.withWitness(target(node.path("witness"))) : target;
    }

    private static Set<String> schemes(TargetKind kind, Map<String, String> parameters) {
        return kind == TargetKind.ENDPOINT
                ? EdgeKind.named(parameters.getOrDefault(EdgeKind.PARAMETER, ""))
                        .map(EdgeKind::schemes)
                        .orElseThrow(
                                () -> new IllegalArgumentException("an endpoint names no probe that is known here"))
                : Set.of("http", "https");
    }

    private static TargetKind kind(String label) {
        for (TargetKind kind : TargetKind.values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("a target is of a kind that is not known here");
    }

    private static JsonNode list(JsonNode root, String field) {
        JsonNode list = root.path(field);
        if (!list.isArray() || list.size() > MAX_PLANS) {
            throw new IllegalArgumentException(field + " must be a list of at most " + MAX_PLANS);
        }
        return list;
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new LinkedHashMap<>();
        node.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field + " must be a text");
        }
        return value.asText();
    }

    private static Duration millis(JsonNode node, String field) {
        return Duration.ofMillis(number(node, field));
    }

    private static long number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.canConvertToLong() || value.asLong() <= 0 || value.asLong() > 1_000_000_000L) {
            throw new IllegalArgumentException(field + " must be a positive number");
        }
        return value.asLong();
    }
}
