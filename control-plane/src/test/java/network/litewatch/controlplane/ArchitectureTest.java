package network.litewatch.controlplane;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

@AnalyzeClasses(packages = "network.litewatch.controlplane", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "network.litewatch.controlplane.";

    @ArchTest
    static final ArchRule judgementIsPure = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "assess..", ROOT + "alert")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.net..", "java.nio.file..", "java.sql..", "org.jdbi..", "jakarta.ws.rs..", "org.slf4j..");

    /** A plan is worked out from what it is told: its numbers must be the same wherever and whenever it is asked. */
    @ArchTest
    static final ArchRule arithmeticIsPure =
            pure(List.of("canary", "drift", "reputation"), "java.nio..", ROOT + "config..", ROOT + "network..");

    /** What is promised is judged as observations are: by what it is told. */
    @ArchTest
    static final ArchRule sloArithmeticIsPure = pure(List.of("slo"), ROOT + "config..", ROOT + "network..");

    @ArchTest
    static final ArchRule sloKnowsNoLaterStage = knowsNot("slo", "alert", "notify", "runbook");

    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "UpCommand")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule scheduleKnowsNoLaterStage =
            knowsNot("schedule", "ingest", "assess", "alert", "notify", "runbook", "drill");

    @ArchTest
    static final ArchRule ingestKnowsNoLaterStage =
            knowsNot("ingest", "index", "assess", "alert", "notify", "runbook", "drill");

    /** The chain's reading feeds the flow as probes do: it knows where documents go, and nothing of what is made of them. */
    @ArchTest
    static final ArchRule indexKnowsNoLaterStage = knowsNot("index", "assess", "alert", "notify", "runbook", "drill");

    @ArchTest
    static final ArchRule assessKnowsNoLaterStage = knowsNot("assess", "alert", "notify", "runbook", "drill");

    @ArchTest
    static final ArchRule alertKnowsNoLaterStage = knowsNot("alert", "notify", "runbook", "drill");

    @ArchTest
    static final ArchRule notifyKnowsNoLaterStage = knowsNot("notify", "runbook", "drill");

    @ArchTest
    static final ArchRule runbookKnowsNoLaterStage = knowsNot("runbook", "drill");

    /** How a rehearsal goes on is worked out from what it is told; only its readers and injectors touch the world. */
    @ArchTest
    static final ArchRule drillsArePure = pure(List.of("drill"));

    /** No files, sockets, databases, logs or clocks, nor what is {@code also} named. */
    private static ArchRule pure(List<String> packages, String... also) {
        Set<String> kept = new TreeSet<>(Set.of(
                "java.net..",
                "java.io..",
                "java.nio.file..",
                "java.sql..",
                "org.jdbi..",
                "jakarta.ws.rs..",
                "org.slf4j..",
                ROOT + "store.."));
        kept.addAll(List.of(also));
        return noClasses()
                .that()
                .resideInAnyPackage(packages.stream().map(name -> ROOT + name).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(kept.toArray(String[]::new))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class);
    }

    /** What a run came to is worked out from what was seen: the same facts give the same verdict wherever they are judged. */
    @ArchTest
    static final ArchRule theGateJudgesPurely = noClasses()
            .that()
            .resideInAPackage(ROOT + "gate")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.net..",
                    "java.io..",
                    "java.nio.file..",
                    "java.sql..",
                    "org.jdbi..",
                    "org.slf4j..",
                    ROOT + "config..",
                    ROOT + "store..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    private static ArchRule knowsNot(String stage, String... later) {
        String[] packages = new String[later.length];
        for (int i = 0; i < later.length; i++) {
            packages[i] = ROOT + later[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage(ROOT + stage + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }
}
