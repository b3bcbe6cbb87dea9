package network.litewatch.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares what Jackson makes of a Java type with what a schema says of it, down to the last field. */
record ResponseShape(OpenApi openApi) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Whether what {@code route} returns is a value that becomes JSON, and no page or file. */
    static boolean isJson(Method route) {
        return !Set.of(String.class, byte[].class, Response.class).contains(route.getReturnType());
    }

    void compare(String at, Type type, JsonNode reference) {
        JsonNode schema = openApi.resolve(reference);
        if (type instanceof ParameterizedType generic) {
            compareGeneric(at, generic, schema);
        } else if (type instanceof Class<?> plain) {
            comparePlain(at, plain, schema);
        } else {
            throw new AssertionError(at + ": cannot compare " + type);
        }
    }

    private void compareGeneric(String at, ParameterizedType type, JsonNode schema) {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] arguments = type.getActualTypeArguments();
        if (raw == List.class) {
            assertThat(schema.path("type").asText()).as(at).isEqualTo("array");
            compare(at + "[]", arguments[0], schema.path("items"));
        } else if (raw == Map.class) {
            assertThat(schema.path("type").asText()).as(at).isEqualTo("object");
            assertThat(arguments[0]).as(at).isEqualTo(String.class);
            compare(at + "{}", arguments[1], schema.path("additionalProperties"));
        } else {
            compareRecord(at, raw, arguments, schema);
        }
    }

    private void comparePlain(String at, Class<?> type, JsonNode schema) {
        if (type.isRecord()) {
            compareRecord(at, type, new Type[0], schema);
        } else if (type.isEnum()) {
            Set<String> constants = new TreeSet<>();
            for (Object constant : type.getEnumConstants()) {
                constants.add(JSON.valueToTree(constant).asText());
            }
            Set<String> described = new TreeSet<>();
            schema.path("enum").forEach(value -> described.add(value.asText()));
            assertThat(described).as(at).isEqualTo(constants);
        } else if (type == JsonNode.class) {
            // What is stored is compared with what is described where it is written.
            JsonNode stored = openApi.root().at("/components/schemas");
            assertThat(schema).as(at).isIn(stored.path("Observation"), stored.path("ChainEvent"));
        } else if (type == Instant.class) {
            assertThat(schema.path("format").asText()).as(at).isEqualTo("date-time");
        } else if (type == String.class) {
            assertThat(schema.has("enum") || schema.path("type").asText().equals("string"))
                    .as("%s is text: %s", at, schema)
                    .isTrue();
        } else {
            assertThat(schema.path("type").asText()).as(at).isEqualTo(number(at, type));
        }
    }

    private static String number(String at, Class<?> type) {
        if (type == int.class || type == long.class || type == Long.class) {
            return "integer";
        }
        if (type == double.class || type == Double.class) {
            return "number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        throw new AssertionError(at + ": cannot compare " + type);
    }

    private static String name(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named == null || named.value().isEmpty() ? component.getName() : named.value();
    }

    private void compareRecord(String at, Class<?> type, Type[] arguments, JsonNode schema) {
        assertThat(schema.path("additionalProperties").isBoolean())
                .as("%s is closed", at)
                .isTrue();
        Set<String> fields = new TreeSet<>();
        Set<String> always = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = name(component);
            fields.add(name);
            boolean optional = isNullable(component);
            if (!optional) {
                always.add(name);
            }
            JsonNode property = schema.path("properties").path(name);
            assertThat(property.isMissingNode())
                    .as("%s.%s is described", at, component.getName())
                    .isFalse();
            compare(at + "." + component.getName(), bind(component.getGenericType(), type, arguments), property);
        }
        Set<String> described = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(described::add);
        assertThat(described).as("fields of %s", at).isEqualTo(fields);
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        assertThat(required).as("required in %s", at).isEqualTo(always);
    }

    private static boolean isNullable(RecordComponent component) {
        AnnotatedElement type = component.getAnnotatedType();
        return type.isAnnotationPresent(Nullable.class);
    }

    /** {@code type} with the variables of {@code owner} replaced; only "T" and "List of T" occur. */
    private static Type bind(Type type, Class<?> owner, Type[] arguments) {
        if (type instanceof TypeVariable<?> variable) {
            return arguments[List.of(owner.getTypeParameters()).indexOf(variable)];
        }
        if (type instanceof ParameterizedType generic
                && generic.getActualTypeArguments()[0] instanceof TypeVariable<?>) {
            Type bound = bind(generic.getActualTypeArguments()[0], owner, arguments);
            return new ParameterizedType() {
                @Override
                public Type[] getActualTypeArguments() {
                    return new Type[] {bound};
                }

                @Override
                public Type getRawType() {
                    return generic.getRawType();
                }

                @Override
                public Type getOwnerType() {
                    return Objects.requireNonNullElse(generic.getOwnerType(), Object.class);
                }
            };
        }
        return type;
    }
}
