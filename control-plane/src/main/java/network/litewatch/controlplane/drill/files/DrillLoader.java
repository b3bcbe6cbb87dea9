package network.litewatch.controlplane.drill.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Drill.Expectation;
import network.litewatch.controlplane.drill.Undrilled;
import network.litewatch.controlplane.runbook.RunbookLoader.Front;

/** Reads {@code drills} and {@code undrilled} of front matter, by the published schema and then by what they mean. */
public final class DrillLoader {
    /** The published JSON Schema, as a resource. */
    public static final String SCHEMA = "/drill/drills.schema.json";

    private static final List<String> KEYS = List.of("drills", "undrilled");
    private static final JsonSchema SHAPE = schema();

    private final Map<String, List<Rule>> rules;
    private final List<Drill> drills = new ArrayList<>();
    private final List<Undrilled> undrilled = new ArrayList<>();
    private final Map<String, Field> sources = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /**
     * All drills and waivers.
     *
     * @param sources the field of each drill by its id, and of each waiver by {@code undrilled} and its alert, for whoever checks more
     * @param problems all that is wrong; with any, the rest must not be used
     */
    public record Loaded(
            List<Drill> drills, List<Undrilled> undrilled, Map<String, Field> sources, List<Problem> problems) {
        /** No drills. */
        public static final Loaded NONE = new Loaded(List.of(), List.of(), Map.of(), List.of());

        static String waiver(String alert) {
            return "undrilled " + alert;
        }
    }

    private DrillLoader(List<Rule> rules) {
        this.rules = rules.stream().collect(Collectors.groupingBy(Rule::alert));
    }

    /** Reads the front matter of all runbooks, by id; drills may name the alerts of {@code rules} and nothing else. */
    public static Loaded load(Map<String, Front> fronts, List<Rule> rules) {
        DrillLoader loader = new DrillLoader(rules);
        new TreeMap<>(fronts).forEach(loader::read);
        return new Loaded(
                List.copyOf(loader.drills),
                List.copyOf(loader.undrilled),
                Map.copyOf(loader.sources),
                List.copyOf(loader.problems));
    }

    private static JsonSchema schema() {
        try (InputStream in = Objects.requireNonNull(DrillLoader.class.getResourceAsStream(SCHEMA))) {
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

    private void read(String runbook, Front front) {
        ObjectNode given = new ObjectMapper().createObjectNode();
        for (String key : KEYS) {
            Field field = front.root().get(key);
            if (field != null) {
                given.set(key, field.json());
            }
        }
        Set<ValidationMessage> flaws = SHAPE.validate(given);
        flaws.stream()
                .map(flaw -> problem(front, flaw))
                .sorted(Comparator.comparingInt(Problem::line).thenComparing(Problem::message))
                .distinct()
                .forEach(problems::add);
        if (!flaws.isEmpty()) {
            return;
        }
        for (int i = 0; i < given.path("drills").size(); i++) {
            drill(runbook, given.path("drills").get(i), front.root().at("/drills/" + i));
        }
        for (int i = 0; i < given.path("undrilled").size(); i++) {
            waiver(runbook, given.path("undrilled").get(i), front.root().at("/undrilled/" + i));
        }
    }

    private static Problem problem(Front front, ValidationMessage flaw) {
        String pointer = flaw.getInstanceLocation().toString();
        return front.root().at(pointer).asProblem(message(flaw));
    }

    private static String message(ValidationMessage flaw) {
        String text = String.valueOf(flaw.getMessage());
        int colon = text.indexOf(": ");
        return colon < 0 ? text : text.substring(colon + 2);
    }

    private void waiver(String runbook, JsonNode given, Field field) {
        String alert = given.path("alert").asText();
        known(alert, field.at("/alert"));
        try {
            undrilled.add(new Undrilled(
                    runbook,
                    alert,
                    given.path("reason").asText(),
                    LocalDate.parse(given.path("until").asText())));
            if (sources.putIfAbsent(Loaded.waiver(alert), field) != null) {
                problems.add(field.asProblem(alert + " is waived twice"));
            }
        } catch (DateTimeParseException e) {
            problems.add(field.at("/until").asProblem("must be a date, as 2026-11-20: " + given.path("until")));
        }
    }

    private void drill(String runbook, JsonNode given, Field field) {
        int before = problems.size();
        Drill drill = DrillReading.drill(
                runbook, given, (at, message) -> problems.add(field.at(at).asProblem(message)));
        if (problems.size() > before) {
            return;
        }
        if (sources.putIfAbsent(drill.id(), field) != null) {
            problems.add(field.at("/id").asProblem("another drill is named " + drill.id() + "; ids must be unique"));
        }
        Map<String, Field> named = new HashMap<>();
        for (int i = 0; i < drill.expects().size(); i++) {
            Expectation expected = drill.expects().get(i);
            Field at = field.at("/expect/" + i);
            named.put(expected.alert().alert(), at);
            List<Rule> its = known(expected.alert().alert(), at.at("/alert"));
            if (!its.isEmpty() && !its.get(0).severity().equals(expected.severity())) {
                problems.add(
                        at.at("/severity").asProblem("must be " + its.get(0).severity() + ", which its rule says"));
            }
            if (longer(
                    expected.firesWithin().multipliedBy(5).dividedBy(4),
                    drill.fault().lease())) {
                problems.add(at.at("/fires_within")
                        .asProblem("the fault's lease must be a quarter longer than it; it is "
                                + Durations.format(drill.fault().lease())));
            }
        }
        if (!named.containsKey(drill.proves().alert())) {
            problems.add(field.at("/proves")
                    .asProblem("must be among expect: " + drill.proves().alert()));
        }
        drill.forbid().forEach(alert -> known(alert, field.at("/forbid")));
        drill.allow().forEach(alert -> known(alert, field.at("/allow")));
        drill.forbid().stream()
                .filter(a -> named.containsKey(a) || drill.allow().contains(a))
                .forEach(alert -> problems.add(
                        field.at("/forbid").asProblem(alert + " is expected or allowed, so it cannot be forbidden")));
        if (longer(drill.fault().lease(), drill.limits().maxRuntime())) {
            problems.add(field.at("/fault/lease")
                    .asProblem("must not be longer than abort.max_runtime, "
                            + Durations.format(drill.limits().maxRuntime())));
        }
        besides(drill, field);
        signals(drill, field);
        drills.add(drill);
    }

    private void besides(Drill drill, Field field) {
        Set<String> broken = new HashSet<>(Set.of(drill.fault().toString()));
        for (int i = 0; i < drill.besides().size(); i++) {
            if (!broken.add(drill.besides().get(i).toString())) {
                problems.add(field.at("/besides/" + i)
                        .asProblem("is broken by this drill already: "
                                + drill.besides().get(i)));
            }
            if (longer(drill.besides().get(i).lease(), drill.fault().lease())) {
                problems.add(field.at("/besides/" + i + "/lease")
                        .asProblem("must not be longer than the lease of fault, "
                                + Durations.format(drill.fault().lease())));
            }
        }
    }

    private void signals(Drill drill, Field field) {
        List.of(drill.before(), drill.after())
                .forEach(steady -> steady.probes().stream()
                        .filter(probe -> Signal.named(probe.signal()).isEmpty())
                        .forEach(probe -> problems.add(field.at("/steady_state")
                                .asProblem("\"" + probe.signal() + "\" is no signal; all are in assess/Signal.java"))));
    }

    private static boolean longer(java.time.Duration one, java.time.Duration other) {
        return one.compareTo(other) > 0;
    }

    private List<Rule> known(String alert, Field at) {
        List<Rule> its = rules.getOrDefault(alert, List.of());
        if (its.isEmpty()) {
            problems.add(at.asProblem("no rule is named " + alert));
        }
        return its;
    }
}
