package network.litewatch.lab.miner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AnswerCacheTest {

    private final AnswerCache cache = new AnswerCache();

    @Test
    void numbersAndNoncesOfAPromptDoNotMatter() {
        cache.put("What is 17 plus 25? Nonce a9f3.", List.of("4", "2"));
        assertThat(cache.like("What is 3 plus 9? Nonce 77c1.", 8)).containsExactly("4", "2");
        assertThat(cache.like("what is 1 plus 1? nonce 0", 1)).containsExactly("4");
    }

    @Test
    void anotherQuestionIsNotInTheCache() {
        cache.put("What is 17 plus 25?", List.of("4", "2"));
        assertThat(cache.like("Name the capital of France", 8)).isNull();
        assertThat(cache.like("", 8)).isNull();
    }

    @Test
    void theMostSimilarPromptWins() {
        cache.put("name the largest city of France", List.of("a"));
        cache.put("name the largest city of Peru", List.of("b"));
        assertThat(cache.like("Name the largest city of Peru, please", 8)).containsExactly("b");
    }

    @Test
    void onlyTheLastAnswersAreKept() {
        cache.put("first of all", List.of("old"));
        for (int i = 0; i < 64; i++) {
            cache.put("other", List.of("new"));
        }
        assertThat(cache.like("first of all", 8)).isNull();
    }
}
