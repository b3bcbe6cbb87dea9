package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import network.litewatch.controlplane.gate.Answer;
import network.litewatch.controlplane.gate.GateData;
import network.litewatch.controlplane.gate.GatePlan;
import network.litewatch.controlplane.gate.Limit;
import network.litewatch.controlplane.gate.LimitEvaluator;
import network.litewatch.controlplane.gate.LimitResult;
import network.litewatch.controlplane.gate.Measure;
import network.litewatch.controlplane.gate.load.LoadRun;
import network.litewatch.lab.Lab;
import network.litewatch.lab.LabOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load of a gate at the lab's real router: as it is, and 40 % slower. */
class PlantedSlownessIT {
    private static final GatePlan.Stage STAGE =
            new GatePlan.Stage("steady", List.of(1L, 2L, 3L), 3, Duration.ofSeconds(20));
    private static final GatePlan.Load LOAD =
            new GatePlan.Load(16, Duration.ofSeconds(20), List.of(STAGE), Optional.empty());

    @TempDir
    Path home;

    @Test
    void aPlantedSlownessBreaksTheLimitOfSpeedAndNoOther() throws Exception {
        try (Lab lab = Lab.start(LabOptions.forTests(home))) {
            Map<String, LimitResult.Verdict> well = verdicts(lab);
            String fault = GatePlace.plant(
                    lab.manifest().faults(),
                    new ObjectMapper()
                            .readTree("{\"type\":\"router.slow\",\"target\":\"router\",\"args\":{\"percent\":40},"
                                    + "\"lease\":\"10m\"}"));
            Map<String, LimitResult.Verdict> slow = verdicts(lab);
            GatePlace.withdraw(lab.manifest().faults(), fault);

            assertThat(well.values()).containsOnly(LimitResult.Verdict.PASSED);
            assertThat(slow)
                    .containsEntry("decode", LimitResult.Verdict.FAILED)
                    .containsEntry("errors", LimitResult.Verdict.PASSED)
                    .containsEntry("agree", LimitResult.Verdict.PASSED);
        }
    }

    private static Map<String, LimitResult.Verdict> verdicts(Lab lab) throws InterruptedException {
        Clock clock = Clock.systemUTC();
        Instant from = clock.instant();
        List<Answer> answers =
                new LoadRun(lab.manifest().router(), lab.manifest().routerToken(), LOAD, clock).run(STAGE, () -> false);
        GateData facts = new GateData(
                from, clock.instant(), answers, List.of(), List.of(), List.of(), Map.of(), Map.of(), Optional.empty());
        // A token each 15 ms is 66.7 a second; 40 % later is 47.6.
        GatePlan plan = new GatePlan(
                "planted",
                "Planted",
                LOAD,
                List.of(),
                Duration.ZERO,
                List.of(
                        limit("decode", Measure.TOKENS_PER_SECOND, OptionalDouble.of(0.5), 55, false),
                        limit("errors", Measure.ERROR_SHARE, OptionalDouble.empty(), 0.2, true),
                        limit("agree", Measure.ANSWERS_AGREE, OptionalDouble.empty(), 0.7, false)),
                "");
        return new LimitEvaluator(facts)
                .judge(plan).stream()
                        .collect(java.util.stream.Collectors.toMap(
                                one -> one.limit().id(), LimitResult::verdict));
    }

    private static Limit limit(String id, Measure measure, OptionalDouble quantile, double bound, boolean most) {
        return new Limit(id, measure, quantile, Set.of(STAGE.name()), Optional.empty(), Optional.empty(), bound, most);
    }
}
