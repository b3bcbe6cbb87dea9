package network.litewatch.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import network.litewatch.lab.evm.EvmClient;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** A lab of a few miners that test classes share: started for the first, stopped after the last. What a test breaks is mended after it. */
final class SmallLab implements BeforeAllCallback, AfterEachCallback {

    private final int miners;
    private final List<String> faults = new ArrayList<>();
    private @Nullable Running running; // there from beforeAll on

    /** Of one miner. */
    SmallLab() {
        this(1);
    }

    SmallLab(int miners) {
        this.miners = miners;
    }

    private record Running(Lab lab, LabHttp http, EvmClient parent) implements AutoCloseable {

        static Running start(int miners) {
            try {
                Path home = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "small-lab-");
                Lab lab = Lab.start(LabOptions.forTests(home.toAbsolutePath()).withMiners(miners));
                return new Running(
                        lab,
                        new LabHttp(lab.manifest()),
                        new EvmClient(lab.manifest().parent(), Duration.ofSeconds(5)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            lab.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot()
                .getStore(Namespace.create(SmallLab.class))
                .getOrComputeIfAbsent(miners, Running::start, Running.class);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (String fault : List.copyOf(faults)) {
            end(fault);
        }
    }

    LabManifest manifest() {
        return running().lab().manifest();
    }

    LabHttp http() {
        return running().http();
    }

    /** The chain that the network's rollup posts to. */
    EvmClient parent() {
        return running().parent();
    }

    /** Breaks something until {@link #end} or the end of the test. */
    String inject(String type, String target, String args) throws Exception {
        String fault = http().inject(type, target, args, "2m");
        faults.add(fault);
        return fault;
    }

    void end(String fault) throws Exception {
        faults.remove(fault);
        http().end(fault);
    }

    private Running running() {
        return Objects.requireNonNull(running, "no test class has begun");
    }

    static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
    }
}
