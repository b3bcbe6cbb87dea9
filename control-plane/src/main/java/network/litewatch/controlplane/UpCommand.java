package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.embedded.Child;
import network.litewatch.controlplane.embedded.LocalStack;
import org.jspecify.annotations.Nullable;

/** {@code up}: everything on one machine, against the lab, until Ctrl-C or until a part dies. */
final class UpCommand extends Command {
    private static final int MOST_MINERS = 16;
    private static final Duration FIRST_OBSERVATION_WAIT = Duration.ofSeconds(90);

    private final Placeholders.Lookup environment;
    private final RandomGenerator random;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final PrintStream out = System.out;

    UpCommand(Placeholders.Lookup environment, RandomGenerator random) {
        super("up", "starts everything on embedded defaults, against the lab network");
        this.environment = environment;
        this.random = random;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("--home").setDefault("").help("where state lives (default: .litewatch of the repository)");
        parser.addArgument("--config")
                .setDefault("")
                .help("configuration (default: control-plane/config/litewatch.yml)");
        parser.addArgument("--miners")
                .type(Integer.class)
                .setDefault(LocalStack.Options.MINERS)
                .help("miners of the lab, 1 to " + MOST_MINERS + " (default: " + LocalStack.Options.MINERS
                        + "); with another number the service is given HOME/" + LabNetwork.FILE
                        + ", unless LITEWATCH_NETWORK names a file");
        parser.addArgument("--free-ports")
                .action(net.sourceforge.argparse4j.impl.Arguments.storeTrue())
                .help("listen on free ports instead of the well-known ones");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        Path root = Path.of(System.getProperty("litewatch.root", "."))
                .toAbsolutePath()
                .normalize();
        String homeText = arguments.getString("home");
        Path home = homeText.isEmpty()
                ? root.resolve(".litewatch")
                : Path.of(homeText).toAbsolutePath();
        String configText = arguments.getString("config");
        Path config = configText.isEmpty() ? root.resolve("control-plane/config/litewatch.yml") : Path.of(configText);
        int miners = miners(arguments.getInt("miners"));
        long from = System.nanoTime();
        out.println("state in " + home);
        boolean freePorts = arguments.getBoolean("free_ports");
        ServicePorts ports = ServicePorts.choose(freePorts, environment);
        // The agent asks a target of the shipped network, by the shipped configuration; whoever names others has
        // vantages
        // of their own.
        boolean ownVantages = !configText.isEmpty()
                || Stream.of("LITEWATCH_AGENTS", "LITEWATCH_TOKENS", "LITEWATCH_NETWORK")
                        .anyMatch(this::set);
        LabAgent agent = LabAgent.of(ports, program("-Xmx96m"), root, home, random);
        LocalStack.Watcher watcher =
                ownVantages ? new LocalStack.Watcher(ports.apiPort(), List.of(), Map.of()) : agent.watcher();
        try (LocalStack stack = LocalStack.start(options(root, home, freePorts, miners, watcher), out::println)) {
            // Ctrl-C ends this JVM; the stack must end with it, whatever this thread is doing then. The service first:
            // it
            // commits what it holds, for which it needs the database.
            AtomicReference<@Nullable Child> running = new AtomicReference<>();
            CountDownLatch stopping = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                stopping.countDown();
                                stop(running.get());
                                stack.close();
                            },
                            "stop"));
            Map<String, String> variables = new LinkedHashMap<>(stack.environment());
            variables.putAll(network(root, home, miners, stack.lab()));
            variables.putAll(socketMode(stack.lab()));
            variables.put(
                    "LITEWATCH_PARENT", Long.toString(ProcessHandle.current().pid()));
            variables.putAll(ports.environment());
            if (!ownVantages) {
                variables.putAll(agent.variables());
            }
            List<String> command = new ArrayList<>(program("-Xmx512m"));
            command.addAll(List.of("server", config.toString()));
            try (Child service = Child.start("service", command, variables, home.resolve("service.log"))) {
                running.set(service);
                awaitObservations(service, ports, stack);
                out.printf("first observations after %.1f s%n", (System.nanoTime() - from) / 1e9);
                table(stack, service, ports, home);
                superviseUntilOneDies(stack, service, stopping);
            }
        }
        throw new IllegalStateException("stopped, because a part died");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage());
    }

    private void stop(@Nullable Child service) {
        if (service == null) {
            return;
        }
        try {
            service.close();
        } catch (IOException e) {
            out.println("the service did not stop as it should: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int miners(int count) {
        if (count < 1 || count > MOST_MINERS) {
            throw new IllegalArgumentException("--miners must be 1 to " + MOST_MINERS + ": " + count);
        }
        return count;
    }

    /** The shipped file of the lab's network is for as many miners as the lab has by itself; for others one is written. */
    private Map<String, String> network(Path root, Path home, int miners, @Nullable JsonNode lab) throws IOException {
        if (miners == LocalStack.Options.MINERS || lab == null || set("LITEWATCH_NETWORK")) {
            return Map.of();
        }
        Path shipped = root.resolve("control-plane/config/networks/lab.yml");
        Path own = home.resolve(LabNetwork.FILE);
        Files.writeString(own, LabNetwork.of(Files.readString(shipped), lab.path("miners")));
        return Map.of("LITEWATCH_NETWORK", own.toString());
    }

    /** The lab takes presses by either way, and the service by one: the socket, where somebody who starts it has an app token. */
    private Map<String, String> socketMode(@Nullable JsonNode lab) {
        return lab == null || !set("LITEWATCH_SLACK_APP_TOKEN")
                ? Map.of()
                : Map.of(
                        "LITEWATCH_SLACK_APP_TOKEN",
                        lab.path("slackAppToken").asText(),
                        "LITEWATCH_SLACK_SIGNING_SECRET",
                        "");
    }

    private LocalStack.Options options(
            Path root, Path home, boolean freePorts, int miners, LocalStack.Watcher watcher) {
        return new LocalStack.Options(
                home,
                root,
                root.resolve(".litewatch/tools/elasticsearch-8.19.21.zip"),
                freePorts,
                !set("LITEWATCH_DATABASE_URL"),
                !set("LITEWATCH_ELASTICSEARCH_URL"),
                true,
                miners,
                Optional.of(watcher));
    }

    private boolean set(String name) {
        String value = environment.get(name);
        return value != null && !value.isEmpty();
    }

    private void awaitObservations(Child service, ServicePorts ports, LocalStack stack)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + FIRST_OBSERVATION_WAIT.toNanos();
        out.print("service        starting ");
        while (System.nanoTime() < end) {
            if (!service.isAlive()) {
                out.println();
                throw new IOException(service.obituary());
            }
            if (hasObservations(ports)) {
                out.println(" observations in Elasticsearch");
                return;
            }
            out.print(".");
            out.flush();
            TimeUnit.MILLISECONDS.sleep(500);
        }
        out.println();
        throw new IOException("no observation reached Elasticsearch within " + FIRST_OBSERVATION_WAIT.toSeconds()
                + " s; " + service.obituary() + "\nparts: " + stack.parts());
    }

    private boolean hasObservations(ServicePorts ports) throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(ports.api() + "/api/v1/observations?limit=1"))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode page = new ObjectMapper().readTree(answer.body());
            return answer.statusCode() == 200 && !page.path("items").isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private void table(LocalStack stack, Child service, ServicePorts ports, Path home) {
        String line = "  %-16s %-8s %s%n";
        out.printf("%n" + line, "WHAT", "PID", "WHERE");
        out.printf(line, "service API", service.handle().pid(), ports.api() + "/api/v1/targets");
        out.printf(line, "  observations", "", ports.api() + "/api/v1/observations");
        out.printf(line, "  alerts", "", ports.api() + "/api/v1/alerts");
        out.printf(line, "  eligibility", "", ports.api() + "/api/v1/eligibility");
        out.printf(line, "  runbooks", "", ports.api() + "/runbooks");
        out.printf(line, "  health", "", ports.api() + "/health-check?type=ready");
        out.printf(line, "  metrics", "", ports.admin() + "/metrics");
        for (LocalStack.Part part : stack.parts()) {
            String pid = part.process().map(p -> Long.toString(p.pid())).orElse("");
            out.printf(line, part.name(), pid, part.url());
        }
        JsonNode lab = stack.lab();
        if (lab != null) {
            out.printf(
                    "%nTry a fault:%n  curl -X POST %s/faults -d"
                            + " '{\"type\":\"rpc.freeze\",\"target\":\"rpc-b\",\"args\":{},\"lease\":\"30s\"}'%n"
                            + "and watch %s%n",
                    lab.path("faults").asText(), lab.path("slackPage").asText());
        }
        String timings = System.getProperty("litewatch.timings", "").strip();
        String started = System.getProperty("litewatch.started", "");
        if (!started.isEmpty()) {
            out.printf(
                    "%nTime: %s s in all%s%n",
                    java.time.Instant.now().getEpochSecond() - Long.parseLong(started),
                    timings.isEmpty() ? "" : " (before the start: " + timings + ")");
        }
        out.printf("Logs in %s. Ctrl-C stops everything.%n", home);
    }

    /** Returns when a part has died of itself, and has been named; never once {@code stopping} has begun. */
    private void superviseUntilOneDies(LocalStack stack, Child service, CountDownLatch stopping)
            throws InterruptedException {
        while (true) {
            if (stopping.getCount() == 0) {
                // What dies now was stopped. This JVM ends with its hooks, not with this thread.
                new CountDownLatch(1).await();
            }
            if (!service.isAlive()) {
                out.println(service.obituary());
                return;
            }
            Optional<LocalStack.Part> dead = stack.parts().stream()
                    .filter(part ->
                            part.process().isPresent() && !part.process().get().isAlive())
                    .findFirst();
            if (dead.isPresent()) {
                out.println(dead.get().name() + " died; the end of "
                        + dead.get().log() + ":\n" + Child.tail(dead.get().log()));
                return;
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private static List<String> program(String heap) {
        String jar = Path.of(UpCommand.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        return List.of(Child.java(), heap, "-jar", jar);
    }
}
