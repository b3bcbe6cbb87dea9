package network.litewatch.controlplane.runbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.common.base.Splitter;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.litewatch.controlplane.config.Problem;

/**
 * Whether what runbooks tell people to ask can be asked (check R6): calls of our API against its description, and commands of
 * {@code litewatch} against those that there are. Words in capitals, as {@code TARGET}, are for the reader to fill in. Immutable.
 */
public final class RunbookQueries {
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    /** A call of the API where {@code up} has it. */
    private static final Pattern CALL = Pattern.compile("http://127\\.0\\.0\\.1:8080(/[^\\s'\"`)\\\\]*)");

    private static final Pattern METHOD = Pattern.compile("-X (GET|POST|PUT|DELETE)");
    private static final Pattern COMMAND = Pattern.compile("`(?:[A-Za-z./-]*/)?litewatch ([a-z]+)");
    private static final Pattern FILLED_IN = Pattern.compile("[A-Z][A-Z_]*");

    private final JsonNode api;
    private final Set<String> probes;
    private final Set<String> commands;

    /**
     * By the description of the API that is served.
     *
     * @param probes what {@code probe=} may name
     * @param commands of {@code litewatch}
     */
    public RunbookQueries(Collection<String> probes, Collection<String> commands) {
        try (InputStream in = Objects.requireNonNull(RunbookQueries.class.getResourceAsStream("/openapi.yaml"))) {
            api = new ObjectMapper(new YAMLFactory()).readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.probes = new TreeSet<>(probes);
        this.commands = new TreeSet<>(commands);
    }

    /** A call, as a runbook writes it: {@code GET /api/v1/targets?kind=miner}. */
    record Call(String method, String path, Map<String, String> query) {
        static Call parse(String method, String url) {
            List<String> parts = Splitter.on('?').limit(2).splitToList(url);
            Map<String, String> query = parts.size() < 2
                    ? Map.of()
                    : Splitter.on('&')
                            .omitEmptyStrings()
                            .splitToStream(parts.get(1))
                            .map(pair -> Splitter.on('=').limit(2).splitToList(pair))
                            .collect(Collectors.toMap(
                                    pair -> pair.get(0),
                                    pair -> pair.size() < 2 ? "" : pair.get(1),
                                    (first, second) -> second));
            return new Call(method, parts.get(0), query);
        }
    }

    /** What is wrong in {@code file}, with the lines; a file that cannot be read is its loader's to complain of. */
    public List<Problem> problems(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int line = i + 1;
            Matcher command = COMMAND.matcher(lines.get(i));
            while (command.find()) {
                if (!commands.contains(command.group(1))) {
                    problems.add(new Problem(
                            file,
                            line,
                            "",
                            "litewatch " + command.group(1) + " is no command; there are "
                                    + String.join(", ", commands)));
                }
            }
            for (Call call : calls(lines.get(i))) {
                flaw(call).ifPresent(flaw -> problems.add(new Problem(file, line, "", flaw)));
            }
        }
        return problems;
    }

    /** The calls in a line of a runbook. */
    static List<Call> calls(String line) {
        Matcher method = METHOD.matcher(line);
        String verb = method.find() ? method.group(1) : "GET";
        return CALL.matcher(line)
                .results()
                .map(found -> Call.parse(verb, found.group(1)))
                .toList();
    }

    /** What the API would not understand of {@code call}; empty when it would. */
    Optional<String> flaw(Call call) {
        Optional<JsonNode> path = path(call.path());
        if (path.isEmpty()) {
            return Optional.of(call.path() + " is no path of the API; see openapi.yaml");
        }
        JsonNode operation = path.get().path(call.method().toLowerCase(Locale.ROOT));
        if (operation.isMissingNode()) {
            return Optional.of(call.path() + " has no " + call.method());
        }
        return call.query().entrySet().stream()
                .flatMap(pair -> flaw(operation, pair.getKey(), pair.getValue()).stream())
                .map(flaw -> call.path() + ": " + flaw)
                .findFirst();
    }

    private Optional<String> flaw(JsonNode operation, String name, String value) {
        for (JsonNode one : operation.path("parameters")) {
            JsonNode parameter = resolve(one);
            if (parameter.path("name").asText().equals(name)
                    && parameter.path("in").asText().equals("query")) {
                return FILLED_IN.matcher(value).matches() || isUnderstood(parameter.path("schema"), name, value)
                        ? Optional.empty()
                        : Optional.of("the parameter " + name + " cannot be \"" + value + "\"");
            }
        }
        return Optional.of("there is no parameter " + name);
    }

    private boolean isUnderstood(JsonNode schema, String name, String value) {
        if (name.equals("probe")) {
            return probes.contains(value);
        }
        // Parameters are plain values: none refers to another schema inside.
        JsonNode whole = resolve(schema);
        JsonNodeFactory json = JsonNodeFactory.instance;
        JsonNode typed = whole.path("type").asText().equals("integer") && value.matches("-?[0-9]{1,18}")
                ? json.numberNode(Long.parseLong(value))
                : whole.path("type").asText().equals("boolean") && value.matches("true|false")
                        ? json.booleanNode(Boolean.parseBoolean(value))
                        : json.textNode(value);
        return SCHEMAS.getSchema(whole).validate(typed).isEmpty();
    }

    private Optional<JsonNode> path(String asked) {
        JsonNode exact = api.path("paths").path(asked);
        return exact.isMissingNode()
                ? api.path("paths").properties().stream()
                        .filter(entry -> isOf(entry.getKey(), asked))
                        .map(Map.Entry::getValue)
                        .findFirst()
                : Optional.of(exact);
    }

    private static boolean isOf(String template, String asked) {
        List<String> wanted = Splitter.on('/').splitToList(template);
        List<String> parts = Splitter.on('/').splitToList(asked);
        if (wanted.size() != parts.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            boolean open = wanted.get(i).startsWith("{");
            if (open ? parts.get(i).isEmpty() : !wanted.get(i).equals(parts.get(i))) {
                return false;
            }
        }
        return true;
    }

    private JsonNode resolve(JsonNode node) {
        String ref = node.path("$ref").asText();
        return ref.isEmpty() ? node : resolve(api.at(ref.substring(1)));
    }
}
