package network.litewatch.controlplane.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A YAML file as a tree that knows the line of every field, and collects {@link Problem}s instead of throwing at the
 * first one. Not thread-safe.
 *
 * <p>Reading is strict: duplicate keys are refused, aliases and size are bounded by SnakeYAML's defaults, no tag
 * constructs a Java type.
 */
public final class YamlDocument {
    private final Path file;
    private final int firstLine;
    private final List<Problem> problems = new ArrayList<>();

    private YamlDocument(Path file, int firstLine) {
        this.file = file;
        this.firstLine = firstLine;
    }

    /** The tree and what was wrong so far; {@code root} is null when the text is no YAML mapping. */
    public record Parsed(YamlDocument document, @Nullable Field root) {}

    /** Reads {@code file}; a file that cannot be read is a problem too, not an exception. */
    public static Parsed read(Path file) {
        try {
            return parse(file, Files.readString(file));
        } catch (IOException e) {
            YamlDocument document = new YamlDocument(file, 1);
            document.problems.add(Problem.unreadable(file, e));
            return new Parsed(document, null);
        }
    }

    /** Parses {@code text}; {@code file} is only named in problems. */
    public static Parsed parse(Path file, String text) {
        return parse(file, text, 1);
    }

    /** As {@link #parse(Path, String)}, for a piece of a file that starts at line {@code firstLine}. */
    public static Parsed parse(Path file, String text, int firstLine) {
        YamlDocument document = new YamlDocument(file, firstLine);
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try {
            new Yaml(new SafeConstructor(options)).load(new StringReader(text));
            Node node = new Yaml(options).compose(new StringReader(text));
            if (node instanceof MappingNode) {
                return new Parsed(document, document.new Field("", node));
            }
            document.problems.add(new Problem(file, firstLine, "", "must be a YAML mapping (key: value lines)"));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            int line = mark == null ? 0 : mark.getLine() + firstLine;
            document.problems.add(new Problem(file, line, "", "is not valid YAML: " + e.getProblem()));
        }
        return new Parsed(document, null);
    }

    public Path file() {
        return file;
    }

    /** What has been found wrong up to now, in the order of finding. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** One node of the tree with its path. Accessors report a problem and return null (or nothing) when it does not fit. */
    public final class Field {
        private final String path;
        private final Node node;

        private Field(String path, Node node) {
            this.path = path;
            this.node = node;
        }

        public String path() {
            return path;
        }

        public int line() {
            return node.getStartMark().getLine() + firstLine;
        }

        /** Adds a problem at this field. */
        public void problem(String message) {
            problems.add(asProblem(message));
        }

        /** A problem at this field, for whoever collects problems elsewhere. */
        public Problem asProblem(String message) {
            return new Problem(file, line(), path, message);
        }

        /** The field {@code key} of this mapping, or null when it is absent or this is no mapping. */
        public @Nullable Field get(String key) {
            return fields().get(key);
        }

        /** As {@link #get}, but absence is a problem, with {@code hint} saying what to write. */
        public @Nullable Field require(String key, String hint) {
            Field field = get(key);
            if (field == null || field.isNull()) {
                problems.add(new Problem(file, line(), child(key), "is required: " + hint));
                return null;
            }
            return field;
        }

        /** The fields of this mapping in file order; empty, with a problem, when this is no mapping. */
        public Map<String, Field> fields() {
            Map<String, Field> fields = new LinkedHashMap<>();
            if (node instanceof MappingNode mapping) {
                for (NodeTuple tuple : mapping.getValue()) {
                    if (tuple.getKeyNode() instanceof ScalarNode key) {
                        fields.put(key.getValue(), new Field(child(key.getValue()), tuple.getValueNode()));
                    }
                }
            } else if (!isNull()) {
                problem("must be a mapping (key: value lines)");
            }
            return fields;
        }

        /** The items of this sequence; empty, with a problem, when this is no sequence. */
        public List<Field> items() {
            List<Field> items = new ArrayList<>();
            if (node instanceof SequenceNode sequence) {
                for (Node item : sequence.getValue()) {
                    items.add(new Field(path + "[" + items.size() + "]", item));
                }
            } else if (!isNull()) {
                problem("must be a list (- item lines)");
            }
            return items;
        }

        /** The scalar as written, or null with a problem when this is no scalar. */
        public @Nullable String text() {
            if (node instanceof ScalarNode scalar && !isNull()) {
                return scalar.getValue();
            }
            problem("must be a single value");
            return null;
        }

        /** The scalar through {@code parser}, whose IllegalArgumentException becomes a problem here. */
        public <T> @Nullable T as(Function<String, T> parser) {
            String text = text();
            if (text == null) {
                return null;
            }
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                problem(String.valueOf(e.getMessage()));
                return null;
            }
        }

        /** Text values of this mapping, for labels and the like. */
        public Map<String, String> texts() {
            Map<String, String> texts = new LinkedHashMap<>();
            fields().forEach((key, field) -> {
                String text = field.text();
                if (text != null) {
                    texts.put(key, text);
                }
            });
            return texts;
        }

        /** Reports every field of this mapping that is not in {@code known}, which catches misspellings. */
        public void allowOnly(String... known) {
            List<String> names = List.of(known);
            fields().forEach((key, field) -> {
                if (!names.contains(key)) {
                    field.problem("is not a known field;"
                            + Nearest.near(key, names)
                                    .map(near -> " did you mean " + near + "?")
                                    .orElse("")
                            + " known here: " + String.join(", ", names));
                }
            });
        }

        /** This node and all below it as JSON, to be held against a schema: numbers and booleans as YAML reads them, the rest as text. */
        public JsonNode json() {
            if (node instanceof MappingNode) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                fields().forEach((key, field) -> object.set(key, field.json()));
                return object;
            }
            if (node instanceof SequenceNode) {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                items().forEach(item -> array.add(item.json()));
                return array;
            }
            return scalar();
        }

        private JsonNode scalar() {
            if (isNull()) {
                return JsonNodeFactory.instance.nullNode();
            }
            String text = ((ScalarNode) node).getValue();
            try {
                if (node.getTag().equals(Tag.INT)) {
                    return JsonNodeFactory.instance.numberNode(Long.parseLong(text));
                }
                if (node.getTag().equals(Tag.FLOAT)) {
                    return JsonNodeFactory.instance.numberNode(Double.parseDouble(text));
                }
            } catch (NumberFormatException e) {
                // Octal, sexagesimal and the like: nobody means them.
                return JsonNodeFactory.instance.textNode(text);
            }
            return node.getTag().equals(Tag.BOOL)
                    ? JsonNodeFactory.instance.booleanNode("true".equalsIgnoreCase(text))
                    : JsonNodeFactory.instance.textNode(text);
        }

        /** The node that the JSON pointer names, or the nearest one above it that there is. */
        public Field at(String pointer) {
            Field found = this;
            for (String step : pointer.split("/", -1)) {
                Field below = step.isEmpty()
                        ? found
                        : found.below(step.replace("~1", "/").replace("~0", "~"));
                if (below == null) {
                    return found;
                }
                found = below;
            }
            return found;
        }

        private @Nullable Field below(String step) {
            if (node instanceof SequenceNode) {
                List<Field> items = items();
                int index = step.matches("[0-9]{1,6}") ? Integer.parseInt(step) : items.size();
                return index < items.size() ? items.get(index) : null;
            }
            return node instanceof MappingNode ? get(step) : null;
        }

        public boolean isList() {
            return node instanceof SequenceNode;
        }

        public boolean isMap() {
            return node instanceof MappingNode;
        }

        public boolean isNull() {
            return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
        }

        private String child(String key) {
            return path.isEmpty() ? key : path + "." + key;
        }
    }
}
