package network.litewatch.controlplane.gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import network.litewatch.controlplane.gate.GateData;
import network.litewatch.controlplane.gate.GatePlan;
import network.litewatch.controlplane.gate.LimitEvaluator;
import network.litewatch.controlplane.gate.Measure;
import network.litewatch.controlplane.gate.Runs;
import org.junit.jupiter.api.Test;

class GatePageTest {
    private static GateReport report() {
        GatePlan plan = Runs.plan(
                Runs.limit(Measure.TTFT_SECONDS, 0.4, true),
                Runs.limit(Measure.ERROR_SHARE, 0.01, true),
                Runs.limit(Measure.DRILLS_PROVED, 1, false),
                Runs.limit(Measure.OBSERVATIONS_MISSING, 0, true));
        GateData facts = Runs.facts(
                Runs.answers(95, 5),
                List.of(Runs.drill("freeze-head", false)),
                List.of(new GateData.Node("<miner>", OptionalDouble.of(0.9), OptionalDouble.empty(), false)));
        return new GateReport(
                plan,
                facts,
                new LimitEvaluator(facts).judge(plan),
                new Conditions(Map.of("machine", "2 & 2 cores")),
                "{\"a\":1}");
    }

    @Test
    void thePageLoadsNothingAndEscapesWhatItShows() {
        String page = GatePage.of(report());
        assertThat(page).doesNotContain("http://", "https://", "<script", "<link", "<img", "@import", "url(");
        assertThat(page).doesNotContain("{{", "<miner>", "<short>", "<after>");
        assertThat(page).contains("&lt;miner&gt;", "2 &amp; 2 cores", "Planted on purpose");
    }

    @Test
    void everyLimitStandsThereWithItsVerdict() {
        String page = GatePage.of(report());
        assertThat(page).contains("ttft-seconds", "error-share", "drills-proved", "observations-missing");
        assertThat(page).contains("<span class='verdict failed'>failed</span>", "<span class='verdict inconclusive'>");
        assertThat(page).contains("<svg viewBox");
    }

    @Test
    void aRunThatWasBrokenOffSaysSoAndDidNotPass() throws Exception {
        GatePlan plan = Runs.plan(Runs.limit(Measure.ERROR_SHARE, 0.1, true));
        GateData facts = Runs.facts(Runs.answers(100, 0), List.of(), List.of(), Optional.of("no <service> answers"));
        GateReport report =
                new GateReport(plan, facts, new LimitEvaluator(facts).judge(plan), new Conditions(Map.of()), "");

        assertThat(report.judged()).extracting(one -> one.verdict().label()).containsExactly("passed");
        assertThat(report.verdict().label()).isEqualTo("inconclusive");
        assertThat(GatePage.of(report)).contains("Broken off before its end", "no &lt;service&gt; answers");
        assertThat(new ObjectMapper().readTree(report.json()).path("broken_off").asText())
                .isEqualTo("no <service> answers");
    }

    @Test
    void theJsonHasNoNumberThatIsNone() throws Exception {
        JsonNode json = new ObjectMapper().readTree(report().json());
        assertThat(json.path("verdict").asText()).isEqualTo("failed");
        assertThat(json.path("limits")).hasSize(4);
        assertThat(json.at("/limits/3/value").isNull()).isTrue();
        assertThat(json.at("/limits/3/verdict").asText()).isEqualTo("inconclusive");
        assertThat(json.path("answers")).hasSize(100);
        assertThat(json.at("/answers/99/ttft").isNull()).isTrue();
        assertThat(json.at("/answers/99/error").asText()).isEqualTo("timeout");
    }
}
