package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jdbi3.JdbiFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.config.Placeholders;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Composition root: reads the configuration, and hands over to {@link Service}, which wires the stages. */
public final class ControlPlaneApplication extends Application<ControlPlaneConfiguration> {
    private final Clock clock;
    private final RandomGenerator random;
    private final Placeholders.Lookup environment;
    private final Placeholders placeholders;
    private @Nullable Path configFile;

    ControlPlaneApplication(Clock clock, RandomGenerator random, Placeholders.Lookup environment) {
        this.clock = clock;
        this.random = random;
        this.environment = environment;
        this.placeholders = new Placeholders(environment);
    }

    public static void main(String[] args) throws Exception {
        endWithParent(System.getenv("LITEWATCH_PARENT"));
        new ControlPlaneApplication(Clock.systemUTC(), new SecureRandom(), System::getenv).run(args);
    }

    /** A service that {@code up} started must not outlive it, also when {@code up} was killed. */
    private static void endWithParent(@Nullable String parent) {
        if (parent != null && !parent.isEmpty()) {
            var unused = ProcessHandle.of(Long.parseLong(parent))
                    .orElseThrow(() -> new IllegalStateException("the parent process is gone already"))
                    .onExit()
                    .thenRun(ControlPlaneApplication::exit);
        }
    }

    private static void exit() {
        // An orderly end may wait for stores that went away together with the parent.
        var unused = CompletableFuture.runAsync(
                () -> Runtime.getRuntime().halt(1), CompletableFuture.delayedExecutor(30, TimeUnit.SECONDS));
        System.exit(0);
    }

    @Override
    public String getName() {
        return "litewatch";
    }

    @Override
    public void initialize(Bootstrap<ControlPlaneConfiguration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(path -> {
            configFile = Path.of(path).toAbsolutePath();
            String text = placeholders.expandYaml(java.nio.file.Files.readString(configFile));
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        });
        bootstrap
                .getObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    }

    @Override
    protected void addDefaultCommands(Bootstrap<ControlPlaneConfiguration> bootstrap) {
        bootstrap.addCommand(new ServeCommand(this));
        bootstrap.addCommand(new UpCommand(environment, random));
        bootstrap.addCommand(new CheckCommand(placeholders, clock));
        bootstrap.addCommand(new ProbeCommand(placeholders, clock, random));
        bootstrap.addCommand(new AgentCommand(placeholders, clock, random));
        bootstrap.addCommand(new InjectorCommand(placeholders, clock));
        bootstrap.addCommand(new BenchCommand(placeholders, clock));
        bootstrap.addCommand(new CanaryCommand(System.out));
        bootstrap.addCommand(new SloCommand(placeholders, environment, System.out));
        bootstrap.addCommand(new NoiseCommand(placeholders, environment, System.out));
        bootstrap.addCommand(new DetectCommand(System.err));
        bootstrap.addCommand(new ReputationCommand(placeholders, clock, System.out));
        bootstrap.addCommand(new AuditCommand(placeholders, environment, System.out));
        bootstrap.addCommand(new DrillCommand(placeholders, environment, System.out));
        bootstrap.addCommand(new GateCommand(placeholders, environment, clock, System.out));
        bootstrap.addCommand(new TokenCommand());
    }

    /** A gate that says neither yes nor no must not look like one that says no. */
    @Override
    protected void onFatalError(Throwable t) {
        if (t instanceof GateCommand.Inconclusive) {
            System.exit(GateCommand.INCONCLUSIVE);
        }
        super.onFatalError(t);
    }

    @Override
    public void run(ControlPlaneConfiguration config, Environment env) throws Exception {
        Path base = Objects.requireNonNull(Objects.requireNonNull(configFile).getParent());
        Reloading.Reader reader = Reloading.Reader.of(base, config.files(), placeholders);
        Files files = reader.files().get();
        Startup.require(config, files);
        ManagedDataSource dataSource = config.database().build(env.metrics(), "database");
        Jdbi jdbi = new JdbiFactory().build(env, config.database(), dataSource, "database");
        new Service(config, files, reader, env, jdbi, clock, random).wire(dataSource);
    }
}
