package network.litewatch.controlplane.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import network.litewatch.controlplane.canary.TokenClaims.Verdict;
import org.junit.jupiter.api.Test;

class TokenClaimsTest {
    @Test
    void aLieIsSaidAfterFiveAnswersAndNotBefore() {
        TokenClaims four = answers(TokenClaims.NONE, 4, 1.2);

        assertThat(four.verdict(1)).isEqualTo(Verdict.UNKNOWN);
        assertThat(answers(four, 1, 1.2).verdict(1)).isEqualTo(Verdict.OVER);
        assertThat(answers(four, 1, 1.2).ratio()).isCloseTo(1.2, within(0.01));
        assertThat(answers(TokenClaims.NONE, 5, 0.8).verdict(1)).isEqualTo(Verdict.UNDER);
    }

    @Test
    void anHonestNodeIsNotCalledALiarWhateverItsTokenizerAndItsLuck() {
        Random random = new Random(3);
        TokenClaims claims = TokenClaims.NONE;
        for (int i = 0; i < 5_000; i++) {
            int counted = 100 + random.nextInt(29);
            claims = claims.after(Math.round(1.3 * counted * (1 + 0.03 * random.nextGaussian())), counted);
            assertThat(claims.verdict(1.3)).isIn(Verdict.HONEST, Verdict.UNKNOWN);
        }
        assertThat(claims.verdict(1)).isEqualTo(Verdict.OVER);
    }

    @Test
    void oneAnswerCutOffOnTheWayMakesNoLiar() {
        TokenClaims claims = answers(TokenClaims.NONE, 4, 1).after(128, 1).after(128, 2);

        assertThat(claims.ratio()).isGreaterThan(1.3);
        assertThat(claims.verdict(1)).isEqualTo(Verdict.HONEST);
        assertThat(claims.after(128, 3).verdict(1)).isEqualTo(Verdict.OVER);
    }

    @Test
    void onlyTheLastTwentyCountAndNonsenseIsNoAnswer() throws Exception {
        TokenClaims reformed = answers(answers(TokenClaims.NONE, 50, 2), TokenClaims.WINDOW, 1);

        assertThat(reformed.verdict(1)).isEqualTo(Verdict.HONEST);
        assertThat(reformed.samples()).isEqualTo(TokenClaims.WINDOW);
        assertThat(reformed.after(-1, 5).after(5, 0)).isEqualTo(reformed);
        assertThat(reformed.after(Long.MAX_VALUE, Long.MAX_VALUE).ratio()).isFinite();
        assertThatThrownBy(() -> reformed.verdict(0)).hasMessageContaining("honest ratio");
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(reformed), TokenClaims.class))
                .isEqualTo(reformed);
    }

    private static TokenClaims answers(TokenClaims before, int count, double ratio) {
        TokenClaims claims = before;
        for (int i = 0; i < count; i++) {
            claims = claims.after(Math.round(ratio * (100 + i)), 100 + i);
        }
        return claims;
    }
}
