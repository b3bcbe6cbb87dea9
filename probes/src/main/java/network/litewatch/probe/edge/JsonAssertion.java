package network.litewatch.probe.edge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A CEL expression over a stranger's JSON, which stands in it as {@code json}: {@code json.status == "ok"}. Compiled once;
 * immutable, thread-safe.
 *
 * <p>The work is bounded: the document by {@link network.litewatch.probe.http.TargetJson}, loops over it by a count of
 * steps, regular expressions by an engine that takes linear time.
 */
final class JsonAssertion {
    private static final String VARIABLE = "json";
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxExpressionCodePointSize(4096)
            .comprehensionMaxIterations(100_000)
            .build();
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar(VARIABLE, SimpleType.DYN)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(OPTIONS).build();

    private final CelRuntime.Program program;

    private JsonAssertion(CelRuntime.Program program) {
        this.program = program;
    }

    /** What came of an assertion. */
    enum Verdict {
        HOLDS,
        DOES_NOT_HOLD,
        /** A field is missing, or of another type than the expression needs; or the work was too much. */
        CANNOT_TELL
    }

    /** Throws {@link IllegalArgumentException} that says where the expression is wrong. */
    static JsonAssertion compile(String text) {
        try {
            CelAbstractSyntaxTree ast = COMPILER.compile(text).getAst();
            boolean usable = ast.getResultType().equals(SimpleType.BOOL)
                    || ast.getResultType().equals(SimpleType.DYN);
            if (!usable) {
                throw new IllegalArgumentException("must be true or false, but is of type "
                        + ast.getResultType().name());
            }
            return new JsonAssertion(RUNTIME.createProgram(ast));
        } catch (CelValidationException e) {
            throw new IllegalArgumentException(
                    e.getErrors().stream()
                            .map(issue -> issue.getMessage() + " (line "
                                    + Math.max(1, issue.getSourceLocation().getLine()) + ", column "
                                    + (issue.getSourceLocation().getColumn() + 1) + " of the expression)")
                            .findFirst()
                            .orElse("is no CEL expression"),
                    e);
        } catch (CelEvaluationException e) {
            throw new IllegalArgumentException("cannot be evaluated: " + e.getMessage(), e);
        }
    }

    Verdict judge(JsonNode json) {
        try {
            Object value = program.eval(Map.of(VARIABLE, plain(json)));
            return value instanceof Boolean holds
                    ? (holds ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD)
                    : Verdict.CANNOT_TELL;
        } catch (CelEvaluationException e) {
            return Verdict.CANNOT_TELL;
        }
    }

    private static Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                node.properties().forEach(field -> fields.put(field.getKey(), plain(field.getValue())));
                yield fields;
            }
            case ARRAY -> {
                List<Object> items = new ArrayList<>();
                node.forEach(item -> items.add(plain(item)));
                yield items;
            }
            case NUMBER ->
                node.canConvertToLong() && node.isIntegralNumber()
                        ? (Object) node.longValue()
                        : (Object) node.doubleValue();
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.textValue();
            default -> NullValue.NULL_VALUE;
        };
    }
}
