package network.litewatch.controlplane;

import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import net.sourceforge.argparse4j.inf.Namespace;

/** {@code server}: the service alone. What a person must mend is said in words, without a stack trace. */
final class ServeCommand extends ServerCommand<ControlPlaneConfiguration> {
    ServeCommand(ControlPlaneApplication application) {
        super(application, "server", "runs the service alone, for production");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        if (e instanceof Startup.RefusedException
                || e instanceof ConfigurationException
                || e instanceof IllegalArgumentException
                || e instanceof java.io.IOException) {
            cli.getStdErr().println(e.getMessage());
        } else {
            super.onError(cli, namespace, e);
        }
    }
}
