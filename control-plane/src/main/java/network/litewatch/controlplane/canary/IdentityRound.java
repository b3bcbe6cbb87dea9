package network.litewatch.controlplane.canary;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.drift.Require;

/**
 * Answers of one round of identity canaries, by prompt: those of trusted nodes and those of each audited node. What comes beyond
 * the limits is left out, so that nobody's answers fill the memory: {@value #PROMPTS} prompts, {@value #TRUSTED} trusted answers
 * and {@value #AUDITED} of each node to one prompt, {@value #CHARACTERS} characters of an answer.
 *
 * @param id of the round
 * @param prompts by the id of the prompt
 */
public record IdentityRound(String id, Map<String, Answers> prompts) {
    static final int PROMPTS = 32;
    static final int TRUSTED = 32;
    static final int AUDITED = 4;
    static final int CHARACTERS = 256;

    public IdentityRound {
        prompts = Map.copyOf(prompts);
    }

    /**
     * Answers to one prompt.
     *
     * @param trusted in the order in which they came
     * @param audited by node
     */
    public record Answers(List<String> trusted, Map<String, List<String>> audited) {
        static final Answers NONE = new Answers(List.of(), Map.of());

        public Answers {
            trusted = List.copyOf(trusted);
            audited = Map.copyOf(audited);
        }
    }

    /**
     * One prompt as one node is judged by it.
     *
     * @param trusted two or more
     * @param audited one or more
     */
    public record Prompt(List<String> trusted, List<String> audited) {
        public Prompt {
            trusted = List.copyOf(trusted);
            audited = List.copyOf(audited);
            Require.atLeast("trusted completions", trusted.size(), 2);
            Require.atLeast("audited completions", audited.size(), 1);
        }
    }

    /** A round without answers. */
    public static IdentityRound open(String id) {
        return new IdentityRound(id, Map.of());
    }

    /** The round with a trusted node's answer. */
    public IdentityRound trusted(String prompt, String answer) {
        Answers before = prompts.getOrDefault(prompt, Answers.NONE);
        return with(prompt, new Answers(more(before.trusted(), answer, TRUSTED), before.audited()));
    }

    /** The round with the answer of {@code node}, which is to be judged. */
    public IdentityRound audited(String node, String prompt, String answer) {
        Answers before = prompts.getOrDefault(prompt, Answers.NONE);
        Map<String, List<String>> audited = new LinkedHashMap<>(before.audited());
        audited.put(node, more(audited.getOrDefault(node, List.of()), answer, AUDITED));
        return with(prompt, new Answers(before.trusted(), audited));
    }

    /** Nodes that answered anything, in order of their names. */
    public Set<String> nodes() {
        Set<String> nodes = new TreeSet<>();
        prompts.values().forEach(answers -> nodes.addAll(answers.audited().keySet()));
        return nodes;
    }

    /** What {@code node} can be judged by: prompts that it answered and two trusted answers are there for, in order of their ids. */
    public List<Prompt> of(String node) {
        List<Prompt> usable = new ArrayList<>();
        prompts.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            List<String> own = entry.getValue().audited().getOrDefault(node, List.of());
            List<String> trusted = entry.getValue().trusted();
            if (!own.isEmpty() && trusted.size() >= 2) {
                usable.add(new Prompt(trusted, own));
            }
        });
        return usable;
    }

    /**
     * The probability of answers at least as unlike when {@code node} is honest, of this round alone, for people to read; empty
     * where it answered no prompt twice.
     */
    public OptionalDouble pValue(String node, ModelEquality test, RandomGenerator random) {
        List<ModelEquality.Prompt> twice = of(node).stream()
                .filter(prompt -> prompt.audited().size() >= 2)
                .map(prompt -> new ModelEquality.Prompt(prompt.trusted(), prompt.audited()))
                .toList();
        return twice.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(test.pValue(twice, random));
    }

    private IdentityRound with(String prompt, Answers answers) {
        if (!prompts.containsKey(prompt) && prompts.size() >= PROMPTS) {
            return this;
        }
        Map<String, Answers> next = new LinkedHashMap<>(prompts);
        next.put(prompt, answers);
        return new IdentityRound(id, next);
    }

    private static List<String> more(List<String> answers, String answer, int most) {
        if (answers.size() >= most) {
            return answers;
        }
        List<String> next = new ArrayList<>(answers);
        next.add(answer.substring(0, Math.min(answer.length(), CHARACTERS)));
        return next;
    }
}
