package network.litewatch.probe.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CanaryPromptTest {
    private static final Map<String, CanaryPrompt.Range> NUMBERS =
            Map.of("a", new CanaryPrompt.Range(100, 999), "b", new CanaryPrompt.Range(100, 999));

    @Test
    void everyDrawHasNumbersOfItsOwnAndTheRightAnswerToThem() {
        CanaryPrompt prompt = new CanaryPrompt(
                "What is {a} plus {b}?", NUMBERS, AnswerCheck.parse("string(a + b)", NUMBERS.keySet()));
        SplittableRandom random = new SplittableRandom(3);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            CanaryPrompt.Drawn drawn = prompt.draw(random);
            long sum = drawn.numbers().getOrDefault("a", 0L) + drawn.numbers().getOrDefault("b", 0L);
            assertThat(drawn.text())
                    .isEqualTo("What is " + drawn.numbers().getOrDefault("a", 0L) + " plus "
                            + drawn.numbers().getOrDefault("b", 0L) + "?");
            assertThat(drawn.check().isRight("The answer is " + sum, drawn.numbers()))
                    .contains(false);
            assertThat(drawn.check().isRight(" " + sum + ".\n", drawn.numbers()))
                    .contains(true);
            assertThat(drawn.check().isRight((sum + 1) + "", drawn.numbers())).contains(false);
            texts.add(drawn.text());
        }
        assertThat(texts).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,234      | true",
                "1234\\nfoo | true",
                "**1234**   | true",
                "12345      | false",
                "-          | false",
                "           | false",
            })
    void readsTheFirstWordOfAnAnswer(String answer, boolean right) {
        AnswerCheck check = AnswerCheck.parse("string(a)", Set.of("a"));
        String text = answer == null ? "" : answer.replace("\\n", "\n");
        assertThat(check.isRight(text, Map.of("a", 1234L))).contains(right);
    }

    @Test
    void jsonMayBeFencedAndMustBeWhole() {
        AnswerCheck json = AnswerCheck.parse("json", Set.of());
        assertThat(json.isRight("{\"a\": 1}", Map.of())).contains(true);
        assertThat(json.isRight("```json\n[1, 2]\n```", Map.of())).contains(true);
        assertThat(json.isRight("{\"a\": ", Map.of())).contains(false);
        assertThat(json.isRight("12", Map.of())).contains(false);
        assertThat(json.isRight("[".repeat(2_000), Map.of())).contains(false);
    }

    @Test
    void anExpressionThatCannotBeEvaluatedBlamesNobody() {
        AnswerCheck check = AnswerCheck.parse("string(a / (a - a))", Set.of("a"));
        assertThat(check.isRight("7", Map.of("a", 7L))).isEqualTo(Optional.empty());
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatThrownBy(() -> new CanaryPrompt("Say hello", NUMBERS, AnswerCheck.none()))
                .hasMessageContaining("known by heart");
        assertThatThrownBy(() -> new CanaryPrompt("Add {c}", NUMBERS, AnswerCheck.none()))
                .hasMessage("no range for {c}");
        assertThatThrownBy(() -> AnswerCheck.parse("a + b", NUMBERS.keySet()))
                .hasMessageContaining("must be a text, as string(a + b)");
        assertThatThrownBy(() -> AnswerCheck.parse("string(z)", NUMBERS.keySet()))
                .hasMessageContaining("undeclared reference to 'z'");
        assertThatThrownBy(() -> new CanaryPrompt("Add {a}", NUMBERS, AnswerCheck.parse("string(z)", Set.of("z"))))
                .hasMessageContaining("numbers that the prompt has not: [z]");
        assertThatThrownBy(() -> CanaryPrompt.Range.parse("9-1")).hasMessageContaining("the lower first");
        assertThatThrownBy(() -> CanaryPrompt.Range.parse("9-100")).hasMessageContaining("as many digits");
        assertThatThrownBy(() -> CanaryPrompt.Range.parse("1..9")).hasMessageContaining("as 100-999");
    }

    @Test
    void thePoolThatShipsHasCheckedPingsAndCanBeAddedTo() {
        CanaryPrompt own = new CanaryPrompt("Held back: {a}", NUMBERS, AnswerCheck.none());
        PromptPool pool = PromptPool.DEFAULT.with(Map.of(CanaryKind.RATE, List.of(own)));

        assertThat(PromptPool.DEFAULT.prompts().get(CanaryKind.PING))
                .allSatisfy(prompt -> assertThat(prompt.check()).isInstanceOf(AnswerCheck.Exact.class));
        assertThat(pool.prompts().get(CanaryKind.RATE)).contains(own).hasSize(4);
        SplittableRandom random = new SplittableRandom(1);
        assertThat(Stream.generate(() -> pool.draw(CanaryKind.RATE, random).text())
                        .limit(40))
                .anyMatch(text -> text.startsWith("Held back: "));
    }
}
