package network.litewatch.controlplane.injector;

import com.fasterxml.jackson.databind.DeserializationFeature;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.sourceforge.argparse4j.inf.Namespace;
import network.litewatch.controlplane.auth.Guards;
import network.litewatch.controlplane.auth.Tokens;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.fault.FaultProxy;
import network.litewatch.fault.FaultRegistry;

/** {@code injector}: makes faults in a real environment and ends each with its lease, over HTTP, for whoever has a token. */
public final class InjectorApplication extends Application<InjectorConfiguration> {
    // Whoever asks waits a little longer.
    private static final Duration ANSIBLE = Duration.ofSeconds(22);

    private final InstantSource clock;
    private final Placeholders placeholders;
    private final Path file;

    /** {@code file} is the configuration that it is run with. */
    public InjectorApplication(InstantSource clock, Placeholders placeholders, Path file) {
        this.clock = clock;
        this.placeholders = placeholders;
        this.file = file.toAbsolutePath();
    }

    /** What is wrong with the configuration at {@code file}, each with its field; starts nothing. */
    public static List<String> problems(Path file, Placeholders placeholders) {
        try {
            String text = placeholders.expandYaml(Files.readString(file));
            InjectorConfiguration config = new YamlConfigurationFactory<>(
                            InjectorConfiguration.class,
                            Validators.newValidator(),
                            Jackson.newObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES),
                            "dw")
                    .build(path -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), file.toString());
            return config.problems().stream()
                    .map(problem -> file + ": " + problem)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of(file + ": is no file; control-plane/config/injector.yml is an example");
        } catch (IOException | IllegalArgumentException e) {
            return List.of(file + ": " + e.getMessage());
        } catch (ConfigurationException e) {
            return List.of(String.valueOf(e.getMessage()).strip());
        }
    }

    @Override
    public String getName() {
        return "litewatch-injector";
    }

    @Override
    public void initialize(Bootstrap<InjectorConfiguration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(path -> new ByteArrayInputStream(
                placeholders.expandYaml(Files.readString(Path.of(path))).getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    protected void addDefaultCommands(Bootstrap<InjectorConfiguration> bootstrap) {
        bootstrap.addCommand(new Serve(this));
    }

    /** What a person must mend is said in words, without a stack trace. */
    private static final class Serve extends ServerCommand<InjectorConfiguration> {
        private Serve(InjectorApplication application) {
            super(application);
        }

        @Override
        public void onError(Cli cli, Namespace namespace, Throwable e) {
            if (e instanceof ConfigurationException
                    || e instanceof IllegalArgumentException
                    || e instanceof IOException
                    || e instanceof UncheckedIOException) {
                cli.getStdErr().println(e.getMessage());
            } else {
                super.onError(cli, namespace, e);
            }
        }
    }

    @Override
    public void run(InjectorConfiguration config, Environment env) {
        List<String> problems = config.problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(file + ": " + String.join("\n" + file + ": ", problems));
        }
        FaultRegistry registry = new FaultRegistry(clock);
        config.proxies().forEach((name, proxy) -> {
            InetSocketAddress upstream = proxy.leadsTo();
            FaultProxy listening = new FaultProxy(proxy.listens(), upstream);
            env.lifecycle().manage(new AutoCloseableManager(listening));
            FaultProxy.KINDS.keySet().forEach(kind -> registry.register(kind, name, listening.injector(kind)));
        });
        if (config.ansible() != null) {
            DrillPlaybook playbook =
                    new DrillPlaybook(config.ansible(), Objects.requireNonNull(file.getParent()), Map.of(), ANSIBLE);
            config.services()
                    .forEach((name, service) ->
                            registry.register(ServiceStop.KIND, name, new ServiceStop(playbook, service)));
        }
        // Ends what is in effect when it is stopped, before the proxies close.
        env.lifecycle().manage(new AutoCloseableManager(registry));
        env.jersey().register(new FaultsResource(registry));
        Guards.install(env, new Tokens(config.auth()));
    }
}
