package network.litewatch.controlplane.alert;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.Nearest;
import network.litewatch.probe.ProbeId;
import org.jspecify.annotations.Nullable;

/**
 * A CEL expression over the signal catalogue, type-checked when made. Variables: every signal as a double, {@code target},
 * {@code network}, {@code probe}, {@code kind} as strings, {@code labels} as a map of strings. Immutable, thread-safe.
 */
public final class Condition {
    private static final Map<String, String> OPERATORS =
            Map.of("_>_", ">", "_>=_", ">=", "_<_", "<", "_<=_", "<=", "_==_", "==", "_!=_", "!=");
    private static final Map<String, String> MIRRORED =
            Map.of(">", "<", ">=", "<=", "<", ">", "<=", ">=", "==", "==", "!=", "!=");
    // A rule compares signals (doubles) with what people write (10 as well as 10.0).
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxExpressionCodePointSize(4096)
            .build();
    private static final CelCompiler COMPILER = compiler();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(OPTIONS).build();

    private final String text;
    private final CelRuntime.Program program;
    private final Set<Signal> signals;
    private final List<Comparison> comparisons;
    private final boolean onlyComparisons;

    private Condition(String text, CelRuntime.Program program, CelAbstractSyntaxTree ast) {
        this.text = text;
        this.program = program;
        this.signals = signals(ast);
        this.comparisons = comparisons(ast);
        this.onlyComparisons = names(ast).count() == comparisons.size();
    }

    /**
     * An error in an expression.
     *
     * @param line 1-based, within the expression
     * @param column 1-based
     */
    public record Flaw(int line, int column, String message) {}

    /** A condition, or what is wrong with its text; never both. */
    public record Compiled(Optional<Condition> condition, List<Flaw> flaws) {
        private static Compiled flawed(Flaw... flaws) {
            return new Compiled(Optional.empty(), List.of(flaws));
        }
    }

    /** Compiles {@code text} for assessments of {@code probe}; any other probe's signal in it is a flaw. */
    public static Compiled compile(String text, ProbeId probe) {
        CelValidationResult result = COMPILER.compile(text);
        if (result.hasError()) {
            return new Compiled(
                    Optional.empty(),
                    result.getErrors().stream().map(Condition::flaw).toList());
        }
        try {
            CelAbstractSyntaxTree ast = result.getAst();
            if (!ast.getResultType().equals(SimpleType.BOOL)) {
                return Compiled.flawed(new Flaw(
                        1,
                        1,
                        "must be true or false, but is of type "
                                + ast.getResultType().name()));
            }
            Set<Signal> signals = signals(ast);
            for (Signal signal : signals) {
                if (!signal.givenBy(probe)) {
                    return Compiled.flawed(new Flaw(
                            1,
                            1,
                            probe + " does not give the signal " + signal.signalName() + "; it gives " + given(probe)));
                }
            }
            if (signals.isEmpty()) {
                return Compiled.flawed(new Flaw(
                        1, 1, "names no signal, so it would never change; " + probe + " gives " + given(probe)));
            }
            return new Compiled(Optional.of(new Condition(text, RUNTIME.createProgram(ast), ast)), List.of());
        } catch (CelValidationException | CelEvaluationException e) {
            return Compiled.flawed(new Flaw(1, 1, String.valueOf(e.getMessage())));
        }
    }

    /** The expression as written. */
    public String text() {
        return text;
    }

    /** Signals that the expression needs. */
    public Set<Signal> signals() {
        return signals;
    }

    /** Comparisons of a signal with a number, in the order of the expression. */
    public List<Comparison> comparisons() {
        return comparisons;
    }

    /** Whether the expression is made of {@link #comparisons} and nothing else, so that signals alone decide it. */
    boolean onlyComparisons() {
        return onlyComparisons;
    }

    /** Signals that the expression needs and {@code assessment} does not know. */
    public Set<Signal> missing(Assessment assessment) {
        Set<Signal> missing = new TreeSet<>(signals);
        missing.removeAll(assessment.signals().keySet());
        return missing;
    }

    /**
     * Whether {@code assessment} meets the condition; empty when that hangs on a signal that is not known now, or when the
     * expression fails on these values, such as a label that this target does not have. It does not hang on {@code b > 1} in
     * {@code a > 1 && b > 1} where {@code a} is 0: that is false whatever {@code b} is.
     */
    public Optional<Boolean> test(Assessment assessment) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("target", assessment.key().target().value());
        variables.put("network", assessment.network().value());
        variables.put("probe", assessment.key().probe().value());
        variables.put("kind", assessment.kind().label());
        variables.put("labels", assessment.labels());
        return test(variables, assessment.signals());
    }

    /** As {@link #test(Assessment)}, for a condition that reads nothing but {@code values}. */
    Optional<Boolean> test(Map<Signal, Double> values) {
        return test(new HashMap<>(), values);
    }

    private Optional<Boolean> test(Map<String, Object> variables, Map<Signal, Double> values) {
        for (Signal signal : signals) {
            Double value = values.get(signal);
            if (value != null) {
                variables.put(signal.signalName(), value);
            }
        }
        try {
            return program.eval(variables) instanceof Boolean met ? Optional.of(met) : Optional.empty();
        } catch (CelEvaluationException e) {
            return Optional.empty();
        }
    }

    /** The value of every comparison against its threshold, in the order of the expression. */
    public List<String> explain(Assessment assessment) {
        return describe(assessment, (comparison, value) -> true);
    }

    /**
     * As {@link #explain}, without the comparisons that do not hold: in {@code a > 1 || b > 1} the reason is the side that
     * was met. All of them where none holds, as under a negation.
     */
    public List<String> reason(Assessment assessment) {
        List<String> met = describe(assessment, Comparison::holds);
        return met.isEmpty() ? explain(assessment) : met;
    }

    private List<String> describe(Assessment assessment, BiPredicate<Comparison, Double> wanted) {
        List<String> lines = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            Double value = assessment.signals().get(comparison.signal());
            if (value != null && wanted.test(comparison, value)) {
                lines.add(comparison.describe(value));
            }
        }
        return lines;
    }

    private static CelCompiler compiler() {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .addVar("target", SimpleType.STRING)
                .addVar("network", SimpleType.STRING)
                .addVar("probe", SimpleType.STRING)
                .addVar("kind", SimpleType.STRING)
                .addVar("labels", MapType.create(SimpleType.STRING, SimpleType.STRING));
        for (Signal signal : Signal.values()) {
            builder.addVar(signal.signalName(), SimpleType.DOUBLE);
        }
        return builder.build();
    }

    private static Flaw flaw(CelIssue issue) {
        String message = issue.getMessage();
        int undeclared = message.indexOf("undeclared reference to '");
        if (undeclared >= 0) {
            String name = message.substring(undeclared + "undeclared reference to '".length());
            name = name.substring(0, Math.max(0, name.indexOf('\'')));
            message = "\"" + name + "\" is no signal; did you mean " + nearest(name) + "?";
        }
        int line = Math.max(1, issue.getSourceLocation().getLine());
        return new Flaw(line, issue.getSourceLocation().getColumn() + 1, message);
    }

    private static Set<Signal> signals(CelAbstractSyntaxTree ast) {
        return names(ast).flatMap(name -> Signal.named(name).stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** Every name in the expression, as often as it stands there. */
    private static Stream<String> names(CelAbstractSyntaxTree ast) {
        return CelNavigableAst.fromAst(ast)
                .getRoot()
                .allNodes()
                .map(CelNavigableExpr::expr)
                .filter(expr -> expr.getKind() == CelExpr.ExprKind.Kind.IDENT)
                .map(expr -> expr.ident().name());
    }

    private static List<Comparison> comparisons(CelAbstractSyntaxTree ast) {
        List<Comparison> comparisons = new ArrayList<>();
        CelNavigableAst.fromAst(ast)
                .getRoot()
                .allNodes()
                .map(CelNavigableExpr::expr)
                .forEach(expr -> {
                    if (expr.getKind() == CelExpr.ExprKind.Kind.CALL) {
                        String operator = OPERATORS.get(expr.call().function());
                        if (operator != null && expr.call().args().size() == 2) {
                            CelExpr left = expr.call().args().get(0);
                            CelExpr right = expr.call().args().get(1);
                            add(comparisons, left, operator, right);
                            add(comparisons, right, MIRRORED.getOrDefault(operator, operator), left);
                        }
                    }
                });
        return List.copyOf(comparisons);
    }

    private static void add(List<Comparison> comparisons, CelExpr signal, String operator, CelExpr threshold) {
        if (signal.getKind() == CelExpr.ExprKind.Kind.IDENT && threshold.getKind() == CelExpr.ExprKind.Kind.CONSTANT) {
            Double value = number(threshold.constant());
            Optional<Signal> named = Signal.named(signal.ident().name());
            if (value != null && named.isPresent()) {
                comparisons.add(new Comparison(named.get(), operator, value));
            }
        }
    }

    private static @Nullable Double number(CelConstant constant) {
        return switch (constant.getKind()) {
            case DOUBLE_VALUE -> constant.doubleValue();
            case INT64_VALUE -> (double) constant.int64Value();
            default -> null;
        };
    }

    private static String given(ProbeId probe) {
        return String.join(
                ", ",
                Arrays.stream(Signal.values())
                        .filter(s -> s.givenBy(probe))
                        .map(Signal::signalName)
                        .toList());
    }

    private static String nearest(String name) {
        return Nearest.to(
                name, Arrays.stream(Signal.values()).map(Signal::signalName).toList());
    }
}
