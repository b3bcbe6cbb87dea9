package network.litewatch.controlplane.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that the service needs around it on one machine: PostgreSQL, Elasticsearch and the lab, each unless told otherwise.
 * They start side by side; {@link #close} ends them in reverse.
 */
public final class LocalStack implements AutoCloseable {
    private static final Duration LAB_WAIT = Duration.ofMinutes(3);
    private static final int POSTGRES_PORT = 15432;
    private static final int ELASTICSEARCH_PORT = 19200;
    private static final String POSTGRESQL = "postgresql";
    private static final String ELASTICSEARCH = "elasticsearch";

    private final Options options;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private final Consumer<String> progress;
    private final int postgresPort;
    private final int elasticsearchPort;
    private @Nullable JsonNode lab;
    private @Nullable Child labProcess;

    /**
     * What to start.
     *
     * @param home where data, logs and caches live
     * @param root the repository, for the lab's jar and npm parts
     * @param elasticsearchArchive zip of the minimal distribution
     * @param freePorts listen on free ports rather than well-known ones
     * @param postgres start PostgreSQL
     * @param elasticsearch start Elasticsearch
     * @param lab start the lab
     * @param miners that the lab has, 1 to 16
     * @param watcher what is going to watch the lab; with one the lab stands before the stores too, so that its faults can cut them off
     */
    public record Options(
            Path home,
            Path root,
            Path elasticsearchArchive,
            boolean freePorts,
            boolean postgres,
            boolean elasticsearch,
            boolean lab,
            int miners,
            Optional<Watcher> watcher) {
        /** Miners of a lab that nobody asked for more or fewer. */
        public static final int MINERS = 3;

        /** With a lab of {@value #MINERS} miners that nobody is known to watch. */
        public Options(
                Path home,
                Path root,
                Path elasticsearchArchive,
                boolean freePorts,
                boolean postgres,
                boolean elasticsearch,
                boolean lab) {
            this(home, root, elasticsearchArchive, freePorts, postgres, elasticsearch, lab, MINERS, Optional.empty());
        }
    }

    /**
     * A service that watches the lab.
     *
     * @param port of its API on loopback, where it need not listen yet
     * @param agent command line of its agent, which is started beside the lab and reaches it by the lab's wire; empty for none
     * @param environment of the agent, but for LITEWATCH_URL
     */
    public record Watcher(int port, List<String> agent, Map<String, String> environment) {}

    /** Something that runs. */
    public record Part(String name, String url, Optional<ProcessHandle> process, Path log) {}

    private LocalStack(Options options, Consumer<String> progress) throws IOException {
        this.options = options;
        this.progress = progress;
        // Before anything starts, for the lab is told what it is to stand before.
        this.postgresPort = options.freePorts() ? freePort() : POSTGRES_PORT;
        this.elasticsearchPort = options.freePorts() ? freePort() : ELASTICSEARCH_PORT;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts everything; when one thing does not start, the others are ended and its reason is thrown. */
    public static LocalStack start(Options options, Consumer<String> progress)
            throws IOException, InterruptedException {
        LocalStack stack = new LocalStack(options, progress);
        Files.createDirectories(options.home());
        ExecutorService side = Executors.newFixedThreadPool(3, task -> new Thread(task, "stack-start"));
        try {
            List<Future<?>> starting = new ArrayList<>();
            if (options.lab()) {
                starting.add(side.submit(stack.timed("lab", stack::startLab)));
            }
            if (options.elasticsearch()) {
                starting.add(side.submit(stack.timed("Elasticsearch", stack::startElasticsearch)));
            }
            if (options.postgres()) {
                starting.add(side.submit(stack.timed("PostgreSQL", stack::startPostgres)));
            }
            for (Future<?> one : starting) {
                one.get();
            }
            stack.goThroughLab();
            return stack;
        } catch (IOException e) {
            stack.close();
            throw e;
        } catch (ExecutionException e) {
            stack.close();
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
        } finally {
            side.shutdownNow();
        }
    }

    /** What the service must have in its environment to use what runs here. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** What runs, in the order of names. */
    public List<Part> parts() {
        return parts.stream().sorted(java.util.Comparator.comparing(Part::name)).toList();
    }

    /** The lab's own description of itself, {@code lab.json}; null without a lab. */
    public @Nullable JsonNode lab() {
        return lab;
    }

    /** The lab's process; null without a lab. */
    public @Nullable Child labProcess() {
        return labProcess;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                // One part that does not end well must not keep the others running.
                progress.accept("did not end well: " + e.getMessage());
            }
        }
    }

    private Callable<Void> timed(String name, Callable<Void> start) {
        return () -> {
            long from = System.nanoTime();
            start.call();
            progress.accept(String.format("%-14s ready after %.1f s", name, (System.nanoTime() - from) / 1e9));
            return null;
        };
    }

    private Void startPostgres() throws IOException {
        EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(options.home().resolve("postgresql"), postgresPort);
        add(postgres, Map.of("LITEWATCH_DATABASE_URL", postgres.jdbcUrl(), "LITEWATCH_DATABASE_USER", "postgres"));
        addPart(new Part(
                "PostgreSQL",
                postgres.jdbcUrl(),
                postgres.process(),
                options.home().resolve("postgresql/postgresql.log")));
        return null;
    }

    private Void startElasticsearch() throws IOException, InterruptedException {
        Path home = options.home().resolve("elasticsearch");
        EmbeddedElasticsearch elasticsearch =
                EmbeddedElasticsearch.start(options.elasticsearchArchive(), home, elasticsearchPort);
        add(elasticsearch, Map.of("LITEWATCH_ELASTICSEARCH_URL", elasticsearch.url()));
        addPart(new Part(
                "Elasticsearch",
                elasticsearch.url(),
                Optional.of(elasticsearch.process()),
                home.resolve("logs/console.log")));
        return null;
    }

    private Void startLab() throws IOException, InterruptedException {
        Path home = options.home().resolve("lab");
        Path manifest = home.resolve("lab.json");
        Files.createDirectories(home);
        Files.deleteIfExists(manifest);
        Path log = home.resolve("lab.log");
        Path module = options.root().resolve("probes/lab");
        List<String> command = new ArrayList<>(List.of(
                Child.java(),
                "-Xmx256m",
                "-jar",
                labJar(module).toString(),
                "--home",
                home.toString(),
                "--npm",
                module.toString(),
                "--miners",
                Integer.toString(options.miners()),
                "--parent-stdin"));
        if (options.freePorts()) {
            command.add("--free-ports");
        }
        Optional<Watcher> watcher = options.watcher();
        if (watcher.isPresent()) {
            command.addAll(stores());
        }
        Map<String, String> watched = watcher.map(it -> Map.of("LITEWATCH_PORT", Integer.toString(it.port())))
                .orElse(Map.of());
        Child child = Child.start("lab", command, watched, log);
        synchronized (this) {
            started.push(child);
        }
        labProcess = child;
        long end = System.nanoTime() + LAB_WAIT.toNanos();
        while (!Files.exists(manifest)) {
            if (!child.isAlive() || System.nanoTime() > end) {
                throw new IOException("the lab did not start: " + child.obituary());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        JsonNode told = new ObjectMapper().readTree(manifest.toFile());
        lab = told;
        synchronized (this) {
            environment.putAll(variables(told));
        }
        addPart(new Part(
                "lab", "faults " + told.path("faults").asText() + "/faults", Optional.of(child.handle()), log));
        addPart(new Part("Slack stand-in", told.path("slackPage").asText(), Optional.empty(), log));
        addPart(new Part("lab router", told.path("router").asText(), Optional.empty(), log));
        told.path("rpcs")
                .properties()
                .forEach(rpc ->
                        addPart(new Part("lab " + rpc.getKey(), rpc.getValue().asText(), Optional.empty(), log)));
        return null;
    }

    private List<String> stores() {
        List<String> words = new ArrayList<>();
        if (options.postgres()) {
            words.addAll(List.of("--store", POSTGRESQL + "=" + postgresPort));
        }
        if (options.elasticsearch()) {
            words.addAll(List.of("--store", ELASTICSEARCH + "=" + elasticsearchPort));
        }
        return words;
    }

    /** Has the service find the stores behind the lab, as far as that stands before them, and starts the agent. */
    private synchronized void goThroughLab() throws IOException {
        JsonNode told = lab;
        if (told == null) {
            return;
        }
        JsonNode stores = told.path("stores");
        if (stores.has(POSTGRESQL)) {
            environment.computeIfPresent(
                    "LITEWATCH_DATABASE_URL",
                    (name, url) -> url.replace(
                            ":" + postgresPort + "/",
                            ":" + stores.path(POSTGRESQL).asInt() + "/"));
        }
        if (stores.has(ELASTICSEARCH)) {
            environment.put(
                    "LITEWATCH_ELASTICSEARCH_URL",
                    "http://127.0.0.1:" + stores.path(ELASTICSEARCH).asInt());
        }
        Optional<Watcher> watcher = options.watcher().filter(it -> !it.agent().isEmpty());
        if (watcher.isPresent()) {
            Map<String, String> variables = new LinkedHashMap<>(watcher.get().environment());
            variables.put("LITEWATCH_URL", told.path("wire").asText());
            Path log = options.home().resolve("agent.log");
            Child child = Child.start("agent", watcher.get().agent(), variables, log);
            started.push(child);
            parts.add(new Part("lab agent", told.path("wire").asText(), Optional.of(child.handle()), log));
        }
    }

    /** Where the service finds the parts that {@code told} is the manifest of. */
    private static Map<String, String> variables(JsonNode told) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("LAB_RPC_A_URL", told.path("rpcs").path("rpc-a").asText());
        variables.put("LAB_RPC_B_URL", told.path("rpcs").path("rpc-b").asText());
        variables.put("LAB_RPC_C_URL", told.path("rpcs").path("rpc-c").asText());
        variables.put("LAB_RPC_D_URL", told.path("rpcs").path("rpc-d").asText());
        variables.put("LAB_RPC_A_WS_URL", told.path("socket").asText());
        variables.put("LAB_FEED_URL", told.path("feed").asText());
        variables.put("LAB_PARENT_URL", told.path("parent").asText());
        variables.put("LAB_ROUTER_URL", told.path("router").asText());
        variables.put("LAB_ROUTER_TOKEN", told.path("routerToken").asText());
        variables.put("LAB_INDEXER_URL", told.path("indexer").asText());
        variables.put("LAB_SITE_URL", told.path("site").asText());
        variables.put("LAB_SECURE_SITE_URL", told.path("secureSite").asText());
        variables.put("LAB_CA_FILE", told.path("authorities").asText());
        variables.put("LAB_FAULTS_URL", told.path("faults").asText());
        variables.put("LITEWATCH_SLACK_API_URL", told.path("slack").asText());
        variables.put("LITEWATCH_SLACK_TOKEN", told.path("slackToken").asText());
        variables.put(
                "LITEWATCH_SLACK_SIGNING_SECRET",
                told.path("slackSigningSecret").asText());
        variables.put(
                "LITEWATCH_SLACK_USERS",
                "[{id: " + told.path("slackPerson").asText() + ", name: lab, role: operator}]");
        return variables;
    }

    /** The lab's jar below {@code module}, the folder {@code probes/lab}; throws when it is not built. */
    public static Path labJar(Path module) throws IOException {
        try (var jars = Files.list(module.resolve("target"))) {
            return jars.filter(f -> f.getFileName().toString().matches("litewatch-lab-[^-]*(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() ->
                            new IOException("the lab is not built: no litewatch-lab jar in " + module + "/target"));
        }
    }

    private synchronized void add(AutoCloseable resource, Map<String, String> variables) {
        started.push(resource);
        environment.putAll(variables);
    }

    private synchronized void addPart(Part part) {
        parts.add(part);
    }
}
