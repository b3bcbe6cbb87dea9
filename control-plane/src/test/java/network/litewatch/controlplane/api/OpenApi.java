package network.litewatch.controlplane.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The description of the API that is served, with its references resolved. */
final class OpenApi {
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final JsonNode root;

    OpenApi() {
        try (InputStream in = Objects.requireNonNull(Routes.class.getResourceAsStream("/openapi.yaml"))) {
            root = new ObjectMapper(new YAMLFactory()).readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    /** Operations by verb and path, as "GET /api/v1/targets". */
    Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        root.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(verb -> operations.put(
                                verb.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                verb.getValue())));
        return operations;
    }

    /** {@code node}, or what it refers to. */
    JsonNode resolve(JsonNode node) {
        String ref = node.path("$ref").asText();
        if (ref.isEmpty()) {
            return node;
        }
        JsonNode target = root.at(ref.substring(1));
        if (target.isMissingNode()) {
            throw new IllegalStateException("nothing is at " + ref);
        }
        return resolve(target);
    }

    /** The JSON schema of an answer; a missing node where the answer is no JSON. */
    JsonNode answer(String operation, int status) {
        JsonNode response = resolve(
                Objects.requireNonNull(operations().get(operation), operation).at("/responses/" + status));
        return resolve(response.at("/content/application~1json/schema"));
    }

    /** What {@code body} has that {@code schema} does not allow, or the other way round. */
    Set<ValidationMessage> problems(JsonNode schema, JsonNode body) {
        if (schema.isMissingNode()) {
            throw new IllegalStateException("no schema");
        }
        ObjectNode whole = schema.deepCopy();
        whole.set("components", root.path("components"));
        return SCHEMAS.getSchema(whole).validate(body);
    }
}
