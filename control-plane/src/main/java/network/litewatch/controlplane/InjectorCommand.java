package network.litewatch.controlplane;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.injector.InjectorApplication;

/** {@code injector}: makes faults in a real environment, for drills, until it is stopped. */
final class InjectorCommand extends Command {
    private final Placeholders placeholders;
    private final InstantSource clock;

    InjectorCommand(Placeholders placeholders, InstantSource clock) {
        super(
                "injector",
                "makes faults in a real environment for drills: a TCP proxy before an endpoint, a service that Ansible stops");
        this.placeholders = placeholders;
        this.clock = clock;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("config").help("its configuration, as control-plane/config/injector.yml");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        String config = arguments.getString("config");
        Path file = Path.of(config);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    config + ": is no file; control-plane/config/injector.yml is an example");
        }
        new InjectorApplication(clock, placeholders, file).run("server", config);
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
    }
}
