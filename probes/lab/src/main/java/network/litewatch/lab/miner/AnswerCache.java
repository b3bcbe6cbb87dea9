package network.litewatch.lab.miner;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Earlier answers, found again by prompts that say about the same: half of their words must be in both, and words with a digit (numbers,
 * nonces) do not count. Keeps the last 64. Thread-safe.
 */
final class AnswerCache {

    private static final int KEPT = 64;
    private static final double ENOUGH = 0.5;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

    private record Answer(Set<String> words, List<String> tokens) {}

    private final Deque<Answer> answers = new ArrayDeque<>(); // guarded by this

    /** Keeps an answer. */
    synchronized void put(String prompt, List<String> tokens) {
        if (answers.size() == KEPT) {
            answers.removeFirst();
        }
        answers.addLast(new Answer(words(prompt), List.copyOf(tokens)));
    }

    /** The most similar prompt's answer, of equally similar ones the oldest, at most {@code limit} tokens; null when none is similar. */
    synchronized @Nullable List<String> like(String prompt, int limit) {
        Set<String> asked = words(prompt);
        List<String> best = null;
        double most = 0;
        for (Answer answer : answers) {
            double similarity = similarity(asked, answer.words());
            if (similarity >= ENOUGH && similarity > most) {
                most = similarity;
                best = answer.tokens();
            }
        }
        return best == null ? null : new ArrayList<>(best.subList(0, Math.min(limit, best.size())));
    }

    private static double similarity(Set<String> a, Set<String> b) {
        if (a.isEmpty() && b.isEmpty()) {
            return 1;
        }
        long both = a.stream().filter(b::contains).count();
        return (double) both / (a.size() + b.size() - both);
    }

    private static Set<String> words(String prompt) {
        Set<String> words = new HashSet<>();
        Matcher matcher = WORD.matcher(prompt.toLowerCase(Locale.ROOT));
        while (matcher.find()) {
            String word = matcher.group();
            if (word.chars().noneMatch(Character::isDigit)) {
                words.add(word);
            }
        }
        return words;
    }
}
