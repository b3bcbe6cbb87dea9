package network.litewatch.controlplane.gate.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.StreamSupport;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.gate.ErrorClass;
import network.litewatch.controlplane.gate.GatePlan;
import network.litewatch.controlplane.gate.Limit;
import network.litewatch.controlplane.gate.Measure;

/** Reads a plan, strictly: what the schema does not know, or a limit that could not be judged, is refused by line and field. */
public final class GateLoader {
    /** The published JSON Schema, as a resource. */
    public static final String SCHEMA = "/gate/gate.schema.json";

    private static final JsonSchema SHAPE = schema();
    private static final Duration LONGEST = Duration.ofHours(24);

    private final Path file;
    private final List<Problem> problems = new ArrayList<>();

    /** The plan, or all that is wrong with its file. */
    public record Loaded(Optional<GatePlan> plan, List<Problem> problems) {}

    private GateLoader(Path file) {
        this.file = file;
    }

    /** Reads {@code file}; {@code drills} are the ids that there are. */
    public static Loaded load(Path file, Set<String> drills) {
        return new GateLoader(file).read(drills);
    }

    private static JsonSchema schema() {
        try (InputStream in = Objects.requireNonNull(GateLoader.class.getResourceAsStream(SCHEMA))) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(
                            new ObjectMapper().readTree(in),
                            SchemaValidatorsConfig.builder()
                                    .pathType(PathType.JSON_POINTER)
                                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Loaded read(Set<String> drills) {
        YamlDocument.Parsed parsed = YamlDocument.read(file);
        Field root = parsed.root();
        if (root == null) {
            return new Loaded(Optional.empty(), parsed.document().problems());
        }
        JsonNode given = root.json();
        SHAPE.validate(given).stream()
                .map(flaw -> root.at(flaw.getInstanceLocation().toString()).asProblem(message(flaw)))
                .sorted(Comparator.comparingInt(Problem::line).thenComparing(Problem::message))
                .distinct()
                .forEach(problems::add);
        if (!problems.isEmpty()) {
            return new Loaded(Optional.empty(), List.copyOf(problems));
        }
        GatePlan plan = plan(root, given, drills);
        return problems.isEmpty()
                ? new Loaded(Optional.of(plan), List.of())
                : new Loaded(Optional.empty(), List.copyOf(problems));
    }

    private static String message(ValidationMessage flaw) {
        String text = String.valueOf(flaw.getMessage());
        int colon = text.indexOf(": ");
        return colon < 0 ? text : text.substring(colon + 2);
    }

    private GatePlan plan(Field root, JsonNode given, Set<String> drills) {
        String id = given.path("id").asText();
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
        if (!id.equals(name)) {
            problems.add(root.at("/id").asProblem("must be the file's name, " + name));
        }
        List<String> wanted = texts(given.path("drills"));
        for (int i = 0; i < wanted.size(); i++) {
            if (!drills.contains(wanted.get(i))) {
                problems.add(root.at("/drills/" + i)
                        .asProblem("no runbook has a drill " + wanted.get(i) + "; litewatch drill list shows them"));
            }
        }
        GatePlan.Load load = load(root, given.path("load"));
        Set<String> stages = new HashSet<>();
        load.stages().forEach(stage -> stages.add(stage.name()));
        if (load.underDrills().isPresent()) {
            stages.add(GatePlan.DRILLS);
            if (wanted.isEmpty()) {
                problems.add(root.at("/load/under_drills").asProblem("there are no drills to go on under"));
            }
        }
        List<Limit> limits = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < given.path("limits").size(); i++) {
            Limit limit = limit(given.path("limits").get(i), root.at("/limits/" + i), stages, wanted);
            if (!ids.add(limit.id())) {
                problems.add(root.at("/limits/" + i + "/id").asProblem("another limit is named " + limit.id()));
            }
            limits.add(limit);
        }
        Duration settle = duration(root.at("/settle"), given.path("settle"), Duration.ofSeconds(30));
        return new GatePlan(id, given.path("title").asText(), load, wanted, settle, limits, digest());
    }

    private GatePlan.Load load(Field root, JsonNode given) {
        List<GatePlan.Stage> stages = new ArrayList<>();
        Set<String> names = new HashSet<>(Set.of(GatePlan.DRILLS));
        for (int i = 0; i < given.path("stages").size(); i++) {
            JsonNode one = given.path("stages").get(i);
            Field at = root.at("/load/stages/" + i);
            String name = one.path("name").asText();
            if (!names.add(name)) {
                problems.add(
                        at.at("/name").asProblem("is the name of another stage, or of the load under drills: " + name));
            }
            Duration lasts = duration(at.at("/lasts"), one.path("lasts"), Duration.ZERO);
            if (lasts.compareTo(Duration.ofSeconds(1)) < 0) {
                problems.add(at.at("/lasts").asProblem("must be a second at least"));
            }
            stages.add(stage(name, one, lasts));
        }
        JsonNode under = given.path("under_drills");
        Duration timeout = duration(root.at("/load/timeout"), given.path("timeout"), Duration.ZERO);
        if (timeout.isZero()) {
            problems.add(root.at("/load/timeout").asProblem("must be more than nothing"));
        }
        return new GatePlan.Load(
                given.path("max_tokens").asInt(),
                timeout,
                stages,
                under.isMissingNode() ? Optional.empty() : Optional.of(stage(GatePlan.DRILLS, under, Duration.ZERO)));
    }

    private static GatePlan.Stage stage(String name, JsonNode given, Duration lasts) {
        List<Long> sessions = StreamSupport.stream(given.path("sessions").spliterator(), false)
                .map(JsonNode::asLong)
                .toList();
        return new GatePlan.Stage(name, sessions, given.path("per_second").asDouble(), lasts);
    }

    private Limit limit(JsonNode given, Field at, Set<String> stages, List<String> drills) {
        Measure measure = Measure.valueOf(given.path("measure").asText().toUpperCase(Locale.ROOT));
        named(measure, given, at, Measure.Needs.QUANTILE, "quantile");
        named(measure, given, at, Measure.Needs.STAGES, "stages");
        named(measure, given, at, Measure.Needs.ERROR, "error");
        named(measure, given, at, Measure.Needs.DRILL, "drill");
        List<String> its = texts(given.path("stages"));
        for (int i = 0; i < its.size(); i++) {
            if (!stages.contains(its.get(i))) {
                problems.add(at.at("/stages/" + i)
                        .asProblem("the load has no such stage; known: "
                                + stages.stream().sorted().toList()));
            }
        }
        String drill = given.path("drill").asText("");
        if (!drill.isEmpty() && !drills.contains(drill)) {
            problems.add(at.at("/drill").asProblem("is not among drills: " + drills));
        }
        String error = given.path("error").asText("any");
        return new Limit(
                given.path("id").asText(),
                measure,
                given.has("quantile") ? OptionalDouble.of(given.path("quantile").asDouble()) : OptionalDouble.empty(),
                Set.copyOf(its),
                error.equals("any")
                        ? Optional.empty()
                        : Optional.of(ErrorClass.valueOf(error.toUpperCase(Locale.ROOT))),
                drill.isEmpty() ? Optional.empty() : Optional.of(drill),
                given.has("at_most")
                        ? given.path("at_most").asDouble()
                        : given.path("at_least").asDouble(),
                given.has("at_most"));
    }

    private void named(Measure measure, JsonNode given, Field at, Measure.Needs what, String field) {
        if (measure.needs(what) && !given.has(field)) {
            problems.add(at.asProblem(measure.label() + " needs " + field));
        } else if (!measure.needs(what) && given.has(field)) {
            problems.add(at.at("/" + field).asProblem("says nothing of " + measure.label() + "; leave it out"));
        }
    }

    private Duration duration(Field at, JsonNode given, Duration otherwise) {
        if (given.isMissingNode()) {
            return otherwise;
        }
        try {
            Duration length = Durations.parse(given.asText());
            if (length.compareTo(LONGEST) > 0) {
                problems.add(at.asProblem("must be a day at most"));
            }
            return length;
        } catch (IllegalArgumentException e) {
            problems.add(at.asProblem(String.valueOf(e.getMessage())));
            return otherwise;
        }
    }

    private static List<String> texts(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(Files.readString(file).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("the plan was there a moment ago", e);
        }
    }
}
