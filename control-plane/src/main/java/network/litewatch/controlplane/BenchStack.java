package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.bench.ServiceOrder;
import network.litewatch.controlplane.embedded.Child;
import network.litewatch.controlplane.embedded.LocalStack;

/** The parts that a measurement of the whole service needs, on free ports and in a folder that goes with them. */
final class BenchStack {
    private BenchStack() {}

    /** What is measured: false when a promise is broken. */
    interface Body {
        boolean run(ServiceOrder service, Path home) throws Exception;
    }

    /** Starts PostgreSQL, Elasticsearch and, where {@code lab}, the lab; throws when a promise is broken, and leaves the logs there. */
    static void run(boolean lab, Body body) throws Exception {
        run(lab, false, body);
    }

    /** With a lab that can cut the stores off too, and an agent beside it. */
    static void runWatched(Body body) throws Exception {
        run(true, true, body);
    }

    private static void run(boolean lab, boolean watched, Body body) throws Exception {
        Path root = Path.of(System.getProperty("litewatch.root", "."))
                .toAbsolutePath()
                .normalize();
        Path home = Files.createTempDirectory("litewatch-bench");
        List<String> program = List.of(
                Child.java(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                ControlPlaneApplication.class.getName());
        ServicePorts ports = ServicePorts.choose(true, name -> null);
        Optional<LabAgent> agent =
                watched ? Optional.of(LabAgent.of(ports, program, root, home, new SecureRandom())) : Optional.empty();
        LocalStack.Options options = new LocalStack.Options(
                home,
                root,
                root.resolve(".litewatch/tools/elasticsearch-8.19.21.zip"),
                true,
                true,
                true,
                lab,
                LocalStack.Options.MINERS,
                agent.map(LabAgent::watcher));
        boolean kept;
        try (LocalStack stack = LocalStack.start(options, BenchStack::say);
                StopHook hook = new StopHook(() -> {
                    stack.close();
                    removeQuietly(home);
                })) {
            Map<String, String> environment = new LinkedHashMap<>(stack.environment());
            environment.putAll(ports.environment());
            agent.ifPresent(it -> environment.putAll(it.variables()));
            JsonNode manifest = stack.lab();
            kept = body.run(
                    new ServiceOrder(
                            program,
                            root.resolve("control-plane/config/litewatch.yml"),
                            ports.apiPort(),
                            environment,
                            manifest == null ? "" : manifest.path("faults").asText()),
                    home);
        }
        if (!kept) {
            throw new IllegalStateException("a promise is broken: see the last table; logs are in " + home);
        }
        remove(home);
    }

    /** Whoever ends it wants to read nothing of it. */
    private static void removeQuietly(Path home) {
        try {
            remove(home);
        } catch (IOException | UncheckedIOException e) {
            say("something is left in " + home + ": " + e.getMessage());
        }
    }

    static void remove(Path home) throws IOException {
        try (var files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                var unused = file.toFile().delete();
            });
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
