package network.litewatch.probe.miner;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.probe.http.TargetJson;

/**
 * How an answer is looked at. What comes out is a measurement: a small model that miscounts is no broken miner, but one that
 * is right less often than others of its model is a finding.
 */
public sealed interface AnswerCheck {
    /** Whether {@code text}, the answer's start, is right; empty where that cannot be said. Untrusted; must not throw. */
    Optional<Boolean> isRight(String text, Map<String, Long> numbers);

    /** Throws {@link IllegalArgumentException} when it needs a number that is not among {@code names}. */
    default void refuseUnlessMadeOf(Set<String> names) {}

    /** The check of a prompt of whose right answer nothing is known. */
    static AnswerCheck none() {
        return new Unchecked();
    }

    /** The check that is spelled {@code json} or a CEL expression over the prompt's numbers, as {@code string(a + b)}. */
    static AnswerCheck parse(String text, Set<String> names) {
        return text.equals("json") ? new Json() : Exact.compile(text, names);
    }

    /** No check. */
    record Unchecked() implements AnswerCheck {
        @Override
        public Optional<Boolean> isRight(String text, Map<String, Long> numbers) {
            return Optional.empty();
        }
    }

    /** The answer is, or begins with, JSON. */
    record Json() implements AnswerCheck {
        private static final Pattern FENCE =
                Pattern.compile("\\A\\s*```(?:json)?\\s*(.*?)\\s*```.*\\z", Pattern.DOTALL);

        @Override
        public Optional<Boolean> isRight(String text, Map<String, Long> numbers) {
            Matcher fenced = FENCE.matcher(text);
            String bare = fenced.matches() ? fenced.group(1) : text.strip();
            return Optional.of(
                    TargetJson.parse(bare).filter(JsonNode::isContainerNode).isPresent());
        }
    }

    /**
     * The answer's first word or number is the value of a CEL expression over the prompt's numbers.
     *
     * @param text the expression
     * @param names of the numbers that it is compiled for
     * @param program thread-safe
     */
    record Exact(String text, Set<String> names, CelRuntime.Program program) implements AnswerCheck {
        private static final CelRuntime RUNTIME =
                CelRuntimeFactory.legacyCelRuntimeBuilder().build();
        private static final Pattern FIRST = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}.,_-]{0,80}");
        private static final Pattern TRAILING = Pattern.compile("[.,_-]+\\z");

        static Exact compile(String text, Set<String> names) {
            CelCompilerBuilder compiler = CelCompilerFactory.standardCelCompilerBuilder();
            names.forEach(name -> compiler.addVar(name, SimpleType.INT));
            try {
                CelAbstractSyntaxTree ast = compiler.build().compile(text).getAst();
                if (!ast.getResultType().equals(SimpleType.STRING)) {
                    throw new IllegalArgumentException("must be a text, as string(a + b), but is of type "
                            + ast.getResultType().name());
                }
                return new Exact(text, Set.copyOf(names), RUNTIME.createProgram(ast));
            } catch (CelValidationException e) {
                throw new IllegalArgumentException(
                        e.getErrors().stream()
                                .findFirst()
                                .map(issue -> issue.getMessage())
                                .orElse("is no CEL"),
                        e);
            } catch (CelEvaluationException e) {
                throw new IllegalArgumentException("cannot be evaluated: " + e.getMessage(), e);
            }
        }

        @Override
        public void refuseUnlessMadeOf(Set<String> given) {
            if (!given.containsAll(names)) {
                throw new IllegalArgumentException("the answer needs numbers that the prompt has not: " + names);
            }
        }

        @Override
        public Optional<Boolean> isRight(String answer, Map<String, Long> numbers) {
            Matcher first = FIRST.matcher(answer);
            if (!first.find()) {
                return Optional.of(false);
            }
            String word = TRAILING.matcher(first.group()).replaceAll("").replace(",", "");
            try {
                return Optional.of(word.equalsIgnoreCase(String.valueOf(program.eval(numbers))));
            } catch (CelEvaluationException e) {
                // As for a division by a number that was drawn as zero: our mistake, not the miner's.
                return Optional.empty();
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Exact exact && text.equals(exact.text) && names.equals(exact.names);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }
}
