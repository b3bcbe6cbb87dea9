package network.litewatch.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.PathParam;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import network.litewatch.controlplane.index.ChainSamples;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.probe.Observation;
import org.junit.jupiter.api.Test;

/** The description and the code say the same, in both directions. */
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OpenApi openApi = new OpenApi();
    private final List<JaxRsRoutes> routes = JaxRsRoutes.ofTheService();

    @Test
    void everyRouteIsDescribedAndEveryDescriptionIsOfARoute() {
        assertThat(openApi.operations().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        routes.stream().map(JaxRsRoutes::toString).toList());
    }

    @Test
    void everyParameterIsDescribedAndEveryDescriptionIsOfAParameter() {
        for (JaxRsRoutes route : routes) {
            assertThat(described(route, "query"))
                    .as("query of %s", route)
                    .isEqualTo(StrictParameters.names(route.method()));
            Set<String> path = new TreeSet<>();
            for (Parameter parameter : route.method().getParameters()) {
                PathParam annotation = parameter.getAnnotation(PathParam.class);
                if (annotation != null) {
                    path.add(annotation.value());
                    assertThat(route.path()).contains("{" + annotation.value() + "}");
                }
            }
            assertThat(described(route, "path")).as("path of %s", route).isEqualTo(path);
        }
    }

    @Test
    void boundsAreThoseOfTheCode() {
        JsonNode limit = openApi.root().at("/components/parameters/limit/schema");
        assertThat(limit.path("minimum").asInt()).isEqualTo(1);
        assertThat(limit.path("maximum").asInt()).isEqualTo(Page.MAX_LIMIT);
        assertThat(limit.path("default").asInt()).isEqualTo(Page.DEFAULT_LIMIT);
        List<JsonNode> lengths = openApi.root().findValues("maxLength");
        assertThat(lengths).hasSizeGreaterThan(5).allMatch(length -> length.asInt() == StrictParameters.MAX_LENGTH);
    }

    @Test
    void everyRoutesRoleIsDescribed() {
        for (JaxRsRoutes route : routes) {
            JsonNode operation = operation(route);
            if (route.method().isAnnotationPresent(PermitAll.class)) {
                assertThat(operation.path("security").isArray())
                        .as("%s is open", route)
                        .isTrue();
                assertThat(operation.path("security")).isEmpty();
                assertThat(operation.has("x-role")).isFalse();
                continue;
            }
            RolesAllowed roles = route.method().isAnnotationPresent(RolesAllowed.class)
                    ? route.method().getAnnotation(RolesAllowed.class)
                    : route.resource().getAnnotation(RolesAllowed.class);
            assertThat(operation.has("security")).as("%s is as all are", route).isFalse();
            assertThat(roles.value())
                    .as("%s", route)
                    .containsExactly(operation.path("x-role").asText());
            assertThat(operation.at("/responses/401").isMissingNode())
                    .as("%s", route)
                    .isFalse();
        }
    }

    @Test
    void everyFieldOfEveryAnswerIsDescribedAndEveryDescriptionIsOfAField() {
        int compared = 0;
        for (JaxRsRoutes route : routes) {
            JsonNode schema = openApi.answer(route.toString(), 200);
            boolean json = ResponseShape.isJson(route.method());
            assertThat(schema.isMissingNode()).as("schema of %s", route).isNotEqualTo(json);
            if (json) {
                new ResponseShape(openApi)
                        .compare(route.toString(), route.method().getGenericReturnType(), schema);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(49);
    }

    @Test
    void everyErrorIsDescribedAsItIsWritten() {
        int errors = 0;
        for (Map.Entry<String, JsonNode> operation : openApi.operations().entrySet()) {
            for (int status : List.of(400, 401, 404, 503)) {
                JsonNode schema =
                        operation.getValue().at("/responses/" + status).isMissingNode()
                                ? com.fasterxml.jackson.databind.node.MissingNode.getInstance()
                                : openApi.answer(operation.getKey(), status);
                if (!schema.isMissingNode()) {
                    new ResponseShape(openApi).compare(operation.getKey(), ApiError.class, schema);
                    errors++;
                }
            }
        }
        assertThat(errors).isGreaterThan(15);
    }

    @Test
    void anObservationIsDescribedAsItIsStored() throws JsonProcessingException {
        JsonNode schema = openApi.root().at("/components/schemas/Observation");
        Map<String, Set<String>> written = new TreeMap<>();
        for (Observation observation : Samples.observations()) {
            Document document = ObservationDocuments.of(observation);
            JsonNode json = JSON.readTree(document.json());
            assertThat(openApi.problems(schema, json)).isEmpty();
            collect("", json, schema, written);
        }
        Map<String, Set<String>> described = new TreeMap<>();
        describe("", schema, described);
        assertThat(written).isEqualTo(described);
    }

    @Test
    void aChainEventIsDescribedAsItIsStored() throws JsonProcessingException {
        JsonNode schema = openApi.root().at("/components/schemas/ChainEvent");
        Map<String, Set<String>> written = new TreeMap<>();
        for (Document document : ChainSamples.documents()) {
            JsonNode json = JSON.readTree(document.json());
            assertThat(openApi.problems(schema, json)).isEmpty();
            collect("", json, schema, written);
        }
        Map<String, Set<String>> described = new TreeMap<>();
        describe("", schema, described);
        assertThat(written).isEqualTo(described);
    }

    @Test
    void everyComponentIsUsedAndEveryReferenceLeadsSomewhere() {
        Set<String> used = new TreeSet<>();
        openApi.root().findValues("$ref").forEach(ref -> {
            assertThat(openApi.root().at(ref.asText().substring(1)).isMissingNode())
                    .as(ref.asText())
                    .isFalse();
            used.add(ref.asText());
        });
        Set<String> defined = new TreeSet<>();
        for (String kind : List.of("parameters", "responses", "schemas")) {
            openApi.root()
                    .at("/components/" + kind)
                    .fieldNames()
                    .forEachRemaining(name -> defined.add("#/components/" + kind + "/" + name));
        }
        assertThat(used).isEqualTo(defined);
    }

    private Set<String> described(JaxRsRoutes route, String in) {
        Stream<JsonNode> parameters = StreamSupport.stream(
                        operation(route).path("parameters").spliterator(), false)
                .map(openApi::resolve);
        Set<String> names = new TreeSet<>();
        parameters
                .filter(p -> p.path("in").asText().equals(in))
                .forEach(p -> names.add(p.path("name").asText()));
        return names;
    }

    private JsonNode operation(JaxRsRoutes route) {
        return java.util.Objects.requireNonNull(openApi.operations().get(route.toString()), route.toString());
    }

    /** The fields of each object that has named ones. */
    private void describe(String at, JsonNode schema, Map<String, Set<String>> fields) {
        for (Map.Entry<String, JsonNode> property :
                openApi.resolve(schema).path("properties").properties()) {
            fields.computeIfAbsent(at, x -> new TreeSet<>()).add(property.getKey());
            describe(at + "/" + property.getKey(), property.getValue(), fields);
        }
    }

    private void collect(String at, JsonNode value, JsonNode schema, Map<String, Set<String>> fields) {
        JsonNode properties = openApi.resolve(schema).path("properties");
        if (!properties.isMissingNode()) {
            value.properties().forEach(field -> {
                fields.computeIfAbsent(at, x -> new TreeSet<>()).add(field.getKey());
                collect(at + "/" + field.getKey(), field.getValue(), properties.path(field.getKey()), fields);
            });
        }
    }
}
