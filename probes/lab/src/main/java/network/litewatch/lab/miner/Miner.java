package network.litewatch.lab.miner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.process.ChildProcess;
import org.jspecify.annotations.Nullable;

/** A miner's process, seen from the lab: started, slowed, told to cheat, stopped and started again. Thread-safe. */
public final class Miner implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(1);
    private static final Duration CONTROL_LIMIT = Duration.ofSeconds(30);

    /** What one miner is: {@code home} is the lab's, {@code rpc} where it sends its transactions, {@code tokenInterval} its pace. */
    public record Settings(
            String name,
            String account,
            String model,
            int port,
            Path home,
            URI rpc,
            String queue,
            Duration tokenInterval) {}

    private final Settings settings;
    private final Consumer<ChildProcess> onDeath;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(HEALTH_LIMIT)
            .build();
    private @Nullable ChildProcess process; // guarded by this

    private Miner(Settings settings, Consumer<ChildProcess> onDeath) {
        this.settings = settings;
        this.onDeath = onDeath;
    }

    /** Starts the process; {@link #awaitReady} tells when it serves. */
    public static Miner launch(Settings settings, Consumer<ChildProcess> onDeath) {
        var miner = new Miner(settings, onDeath);
        miner.start();
        return miner;
    }

    /** What it was started with. */
    public Settings settings() {
        return settings;
    }

    /** Waits until it answers; see {@link ChildProcess#awaitReady}. */
    public void awaitReady() {
        ChildProcess running;
        synchronized (this) {
            running = process;
        }
        if (running != null) {
            running.awaitReady(this::healthy, READY_LIMIT);
        }
    }

    /** Starts the process unless it runs. */
    public synchronized void start() {
        if (process == null) {
            process = ChildProcess.start(
                    settings.name(),
                    command(),
                    settings.home().resolve("logs").resolve(settings.name() + ".log"),
                    onDeath);
        }
    }

    /** Ends the process; its port refuses connections from then on. */
    public void stop() {
        ChildProcess running;
        synchronized (this) {
            running = process;
            process = null;
        }
        if (running != null) {
            running.close();
        }
    }

    /** Whether it has not been stopped. */
    public synchronized boolean running() {
        return process != null;
    }

    /** Multiplies the distance between tokens; 1 is normal. A miner that is started again is at 1. */
    public void slowBy(double factor) {
        control(Json.object().put("slow_factor", factor).toString());
    }

    /**
     * Puts another model behind the same name. A miner that is started again has its own.
     *
     * @throws IllegalArgumentException when there is no such model
     */
    public void swapModel(String model) {
        if (!TinyModel.known(model)) {
            throw new IllegalArgumentException("args.model: expected lab-tiny-N or lab-mini-N, got " + model);
        }
        control(Json.object().put("model", model).toString());
    }

    /** After {@code idle} without work the next task waits {@code load} before its first token. Until undone, as all below. */
    public FaultHandle goCold(Duration load, Duration idle) {
        return order(
                "cold",
                Json.object().put("load_ms", load.toMillis()).put("idle_ms", idle.toMillis()),
                Json.MAPPER.nullNode());
    }

    /**
     * Has another model answer a share (0 to 1) of tasks under the same name.
     *
     * @throws IllegalArgumentException when there is no such model
     */
    public FaultHandle mix(double share, String model) {
        if (!TinyModel.known(model)) {
            throw new IllegalArgumentException("args.model: expected lab-tiny-N or lab-mini-N, got " + model);
        }
        return order("mixed", Json.object().put("share", share).put("model", model), Json.MAPPER.nullNode());
    }

    /** Claims {@code factor} times the tokens that it made. */
    public FaultHandle claimTokens(double factor) {
        return order("claim_factor", DoubleNode.valueOf(factor), IntNode.valueOf(1));
    }

    /** Answers with what it said to a similar prompt before, at once. */
    public FaultHandle answerFromCache() {
        return order("cached", BooleanNode.TRUE, BooleanNode.FALSE);
    }

    /** Answers a share of tasks with a text that has nothing to do with the prompt. */
    public FaultHandle answerWrong(double share) {
        return order("wrong_share", DoubleNode.valueOf(share), IntNode.valueOf(0));
    }

    /** Takes a share of tasks and never answers them. */
    public FaultHandle hang(double share) {
        return order("hang_share", DoubleNode.valueOf(share), IntNode.valueOf(0));
    }

    @Override
    public void close() {
        stop();
    }

    private boolean healthy() {
        try {
            return send(HttpRequest.newBuilder(at("/health"))
                            .timeout(HEALTH_LIMIT)
                            .build())
                    == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private FaultHandle order(String name, JsonNode bad, JsonNode good) {
        control(Json.object().set(name, bad).toString());
        return () -> control(Json.object().set(name, good).toString());
    }

    private void control(String body) {
        if (!running()) {
            return; // it starts as it was at first
        }
        int status = send(HttpRequest.newBuilder(at("/control"))
                .timeout(CONTROL_LIMIT)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        if (status != 200) {
            throw new IllegalStateException(settings.name() + " answered " + status + " to " + body);
        }
    }

    private int send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(settings.name() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + settings.port() + path);
    }

    private List<String> command() {
        Path scratch = folder(settings.home().resolve("tmp").resolve(settings.name()));
        Path models = folder(settings.home().resolve("models"));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsun.net.httpserver.nodelay=true",
                "-Djava.io.tmpdir="
                        + scratch, // the native library is unpacked there: kept out of /tmp, where killed processes
                // leave it
                "-cp",
                System.getProperty("java.class.path"),
                MinerMain.class.getName(),
                "--port",
                Integer.toString(settings.port()),
                "--models",
                models.toString(),
                "--model",
                settings.model(),
                "--rpc",
                settings.rpc().toString(),
                "--queue",
                settings.queue(),
                "--account",
                settings.account(),
                "--token-ms",
                Long.toString(settings.tokenInterval().toMillis()));
    }

    private static Path folder(Path path) {
        try {
            return Files.createDirectories(path).toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
