package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which alerts nothing would ever resolve. */
class GoneTest {
    private static final Gone GONE =
            new Gone(Set.of("http@site", "http@page"), Map.of("east", Set.of("http@site"), "left", Set.of()));

    @Test
    void aNodeAsksEverythingThatIsAskedAtAll() {
        assertThat(why("site", "litewatch-1")).isEmpty();
        assertThat(why("page", "litewatch-2")).isEmpty();
        assertThat(why("torn-down", "litewatch-1")).contains("the target torn-down is not probed any more");
    }

    @Test
    void anAgentThatWasRemovedLeavesNoAlertOfItsVantage() {
        assertThat(why("site", "left")).contains("the vantage left does not ask the target site any more");
    }

    @Test
    void anAgentThatIsToAskLessLeavesNoAlertOfTheRest() {
        assertThat(why("site", "east")).isEmpty();
        assertThat(why("page", "east")).contains("the vantage east does not ask the target page any more");
    }

    @Test
    void anAlertOfManyVantagesBelongsToNoneOfThem() {
        assertThat(GONE.apply(Map.of("probe", "http", "target", "page", "vantages", "2/3")))
                .isEmpty();
    }

    private static Optional<String> why(String target, String vantage) {
        return GONE.apply(Map.of("probe", "http", "target", target, "vantage", vantage));
    }
}
