package network.litewatch.controlplane.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.notify.Advice;
import org.junit.jupiter.api.Test;

class RunbookAdviceTest {
    private static final Path RUNBOOKS = Path.of("../runbooks");

    @Test
    void aShippedRunbookSaysWhomItHurtsAndWhatToDoFirst() throws Exception {
        Advice advice = RunbookAdvice.of(shipped("rpc-head-stalled"), alert("lab-rpc-b"));

        assertThat(advice)
                .isEqualTo(new Advice(
                        "Whoever uses this RPC reads old state: routers see sessions late, miners miss their precommit and"
                                + " commit windows, transactions seem lost.",
                        List.of(
                                "Compare heads by hand, each RPC twice, five seconds apart",
                                "What did it say before?",
                                "Move users to another RPC: put a healthy one first in RPC_HOST_0 of the node's environment"
                                        + " file, then systemctl restart…"),
                        "chain-ops"));
    }

    @Test
    void everyShippedRunbookHasAnImpactAndStepsThatFitAMessage() throws Exception {
        try (Stream<Path> all = Files.list(RUNBOOKS)) {
            List<String> ids = all.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".md") && !name.equals("README.md"))
                    .map(name -> name.replace(".md", ""))
                    .toList();
            assertThat(ids).isNotEmpty();
            for (String id : ids) {
                Advice advice = RunbookAdvice.of(shipped(id), alert("t"));
                assertThat(advice.impact()).as(id).isNotBlank().hasSizeLessThanOrEqualTo(240);
                assertThat(advice.next())
                        .as(id)
                        .hasSizeBetween(2, 3)
                        .allSatisfy(step -> assertThat(step)
                                .isNotBlank()
                                .doesNotContain("\n", "`")
                                .hasSizeLessThanOrEqualTo(120));
            }
        }
    }

    @Test
    void theNameOfTheTargetStandsWhereTheRunbookLeavesItOut() {
        Runbook runbook = runbook("""
                ## Impact

                TARGET is of no use to anybody.

                ## Diagnosis

                1. Ask it: `litewatch probe TARGET`
                """);

        Advice advice = RunbookAdvice.of(runbook, alert("$1<b>"));

        assertThat(advice.impact()).isEqualTo("$1<b> is of no use to anybody.");
        assertThat(advice.next()).containsExactly("Ask it: litewatch probe $1<b>");
    }

    @Test
    void aRunbookWithoutASectionSaysNothingOfIt() {
        assertThat(RunbookAdvice.of(runbook("## Meaning\n\n1. It is down.\n"), alert("t")))
                .isEqualTo(Advice.NONE);
        assertThat(RunbookAdvice.of(runbook(""), alert("t"))).isEqualTo(Advice.NONE);
        assertThat(RunbookAdvice.of(runbook("## Impact\n\n- a list\n\n## Mitigation\n\nRestart it.\n"), alert("t")))
                .isEqualTo(Advice.NONE);
    }

    private static Runbook shipped(String id) throws Exception {
        String text = Files.readString(RUNBOOKS.resolve(id + ".md"));
        return new Runbook(
                id,
                id,
                List.of(),
                "critical",
                Map.of("owner team", "chain-ops"),
                List.of(),
                text.split("\n---\n", 2)[1]);
    }

    private static Runbook runbook(String markdown) {
        return new Runbook("r", "R", List.of(), "warning", Map.of(), List.of(), markdown);
    }

    private static Alert alert(String target) {
        Instant at = Instant.parse("2026-11-20T10:00:00Z");
        return new Alert(
                "f",
                "R",
                Alert.State.FIRING,
                Map.of("target", target),
                Map.of(),
                at,
                at,
                at,
                null,
                at,
                List.of(),
                List.of());
    }
}
