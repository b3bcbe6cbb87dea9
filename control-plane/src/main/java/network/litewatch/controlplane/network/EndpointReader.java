package network.litewatch.controlplane.network;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.edge.EdgeKind;
import org.jspecify.annotations.Nullable;

/** Reads the entries of {@code endpoints}: each says itself by which of the generic probes it is asked, and with what. */
final class EndpointReader {
    private final Placeholders placeholders;
    private final Entries entries;
    private final NetworkId network;
    private final Path folder;

    /**
     * A reader for the endpoints of one network.
     *
     * @param folder what relative paths in parameters start from
     */
    EndpointReader(Placeholders placeholders, NetworkId network, Path folder) {
        this.placeholders = placeholders;
        this.entries = new Entries(placeholders);
        this.network = network;
        this.folder = folder;
    }

    /** The target of {@code item}; empty, with problems at its fields, when anything is wrong with it. */
    Optional<Target> read(Field item, Set<ProbeId> paced) {
        item.allowOnly("id", "probe", "url", "token", "labels", "parameters");
        TargetId id = entries.required(item, "id", "a name for the endpoint", TargetId::new);
        EdgeKind kind = entries.required(item, "probe", "how it is asked: " + names(), EndpointReader::kind);
        Field probe = item.get("probe");
        if (kind != null && probe != null && !paced.contains(kind.id())) {
            probe.problem("has no pace: add " + kind.label() + ": {interval: 30s, timeout: 10s} to probes");
        }
        SecretUrl url = kind == null
                ? null
                : entries.required(
                        item,
                        "url",
                        "where it is reached, as " + kind.schemes().iterator().next() + "://...",
                        text -> SecretUrl.parse(text, kind.schemes()));
        Optional<Secret> token = token(item, kind);
        Map<String, String> parameters = parameters(item);
        if (kind != null) {
            check(item, kind, parameters);
            parameters.put(EdgeKind.PARAMETER, kind.label());
        }
        Map<String, String> labels = entries.texts(item.get("labels"));
        return id == null || url == null
                ? Optional.empty()
                : Optional.of(new Target(id, TargetKind.ENDPOINT, network, url, token, labels, parameters));
    }

    private Optional<Secret> token(Field item, @Nullable EdgeKind kind) {
        Field token = item.get("token");
        if (token == null) {
            return Optional.empty();
        }
        if (kind != null && !kind.takesToken()) {
            token.problem("the probe " + kind.label() + " sends no token");
        }
        String text = token.as(placeholders::expand);
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(new Secret(text));
    }

    private Map<String, String> parameters(Field item) {
        Map<String, String> parameters = new LinkedHashMap<>();
        Field section = item.get("parameters");
        if (section == null) {
            return parameters;
        }
        section.fields().forEach((name, field) -> {
            if (name.equals("headers")) {
                entries.texts(field).forEach((header, value) -> parameters.put("header." + header, value));
            } else {
                String text = field.as(placeholders::expand);
                // A variable that is not set names no file.
                if (text != null && !(text.isEmpty() && name.endsWith("_file"))) {
                    parameters.put(
                            name, name.endsWith("_file") ? folder.resolve(text).toString() : text);
                }
            }
        });
        return parameters;
    }

    private static void check(Field item, EdgeKind kind, Map<String, String> parameters) {
        Field section = item.get("parameters");
        kind.problems(parameters).forEach((name, message) -> {
            Field field = section == null ? null : section.get(name);
            Field headers = section == null ? null : section.get("headers");
            if (field == null && headers != null && name.startsWith("header.")) {
                field = headers.get(name.substring("header.".length()));
            }
            if (field != null) {
                field.problem(message);
            } else {
                item.problem("parameters." + name + " " + message);
            }
        });
    }

    private static EdgeKind kind(String text) {
        return EdgeKind.named(text)
                .orElseThrow(() -> new IllegalArgumentException("must be " + names() + ": \"" + text + "\""));
    }

    private static String names() {
        return Arrays.stream(EdgeKind.values()).map(EdgeKind::label).collect(Collectors.joining(", "));
    }
}
