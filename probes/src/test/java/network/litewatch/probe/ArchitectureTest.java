package network.litewatch.probe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(packages = "network.litewatch.probe", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule onlyTheWireKnowsItsLibrary = noClasses()
            .that()
            .resideOutsideOfPackage("..probe.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("okhttp3..", "okio..", "io.netty..");

    @ArchTest
    static final ArchRule onlyTheWireOpensSockets = noClasses()
            .that()
            .resideOutsideOfPackage("..probe.http..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\.(Datagram|Server|Multicast)?Socket(Factory|Channel)?")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("javax.net..", "java.nio.channels..", "java.net.http..");

    @ArchTest
    static final ArchRule onlyChainProtocolsKnowWeb3j = noClasses()
            .that()
            .resideOutsideOfPackages("..probe.rpc..", "..probe.chain..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.web3j..");

    @ArchTest
    static final ArchRule protocolsMeetOnlyInTheCatalogue = slices().matching(
                    "network.litewatch.probe.(rpc|router|miner|indexer|edge)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("network.litewatch.probe.(*)..").should().beFreeOfCycles();
}
