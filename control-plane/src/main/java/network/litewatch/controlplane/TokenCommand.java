package network.litewatch.controlplane;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.security.SecureRandom;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.auth.Tokens;
import network.litewatch.probe.Vantage;

/** {@code token}: makes an API token, shown once, and the line of configuration that knows it by its hash. */
final class TokenCommand extends Command {
    TokenCommand() {
        super("token", "makes an API token and the line that stores its hash");
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("name").help("who will have it, as oncall");
        parser.addArgument("role")
                .choices("viewer", "operator", "admin", "agent")
                .help("what it allows; agent: the name is its vantage");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) {
        String name = arguments.getString("name");
        if (!name.matches("[a-zA-Z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("the name must be 1-64 letters, digits, dots, dashes or underscores");
        }
        Role role = Role.named(arguments.getString("role"));
        if (role == Role.AGENT) {
            // An agent's token is its vantage's: what is no name of a vantage would never be let in.
            name = new Vantage(name).value();
        }
        Tokens.Minted minted = Tokens.mint(new SecureRandom());
        System.out.println("token (shown once): " + minted.token());
        System.out.println("below auth.tokens:  - {name: " + name + ", role: " + role.label() + ", sha256: "
                + minted.sha256() + "}");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage());
    }
}
