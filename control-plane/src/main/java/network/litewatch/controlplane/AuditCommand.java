package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.PrintStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.store.AuditChain;
import network.litewatch.controlplane.store.AuditLog;

/** {@code audit verify}: reads the audit log of a running service and works out every hash again. */
final class AuditCommand extends Command {
    private final Placeholders placeholders;
    private final Placeholders.Lookup environment;
    private final PrintStream out;

    AuditCommand(Placeholders placeholders, Placeholders.Lookup environment, PrintStream out) {
        super("audit", "checks that nothing in the audit log of a running service was changed, taken out or moved");
        this.placeholders = placeholders;
        this.environment = environment;
        this.out = out;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("what").choices("verify").help("verify: works out every hash again");
        ServiceApi.configure(parser, "an operator's");
        parser.addArgument("--expect")
                .setDefault("")
                .help("a hash that was printed before: it must still be there, else the end of the log was cut off");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        String expected = arguments.getString("expect");
        AuditChain chain = new AuditChain();
        Set<String> hashes = new HashSet<>();
        hashes.add(AuditLog.BEGINNING);
        ServiceApi.of(bootstrap, arguments, placeholders, environment).each("/api/v1/audit", "an operator's", item -> {
            AuditLog.Link link = link(item);
            chain.add(link);
            hashes.add(link.hash());
        });
        List<String> broken = chain.broken();
        broken.forEach(out::println);
        if (!expected.isEmpty() && !hashes.contains(expected)) {
            out.println("no entry has the hash " + expected + ": the end of the log was cut off, or it is another log");
        } else if (broken.isEmpty()) {
            out.println(chain.entries() + " entries, none changed, missing or moved; newest hash " + chain.hash());
            return;
        }
        throw new IllegalStateException("the audit log is not what it was");
    }

    /** An entry as the API shows it. */
    static AuditLog.Link link(JsonNode item) {
        try {
            return new AuditLog.Link(
                    new AuditLog.Entry(
                            item.path("seq").asLong(),
                            Instant.parse(item.path("at").asText()),
                            new AuditLog.Actor(
                                    item.path("actor").asText(),
                                    item.path("address").asText()),
                            item.path("action").asText(),
                            item.path("subject").asText(),
                            item.path("before").asText(),
                            item.path("after").asText()),
                    item.path("previous").asText(),
                    item.path("hash").asText());
        } catch (DateTimeException e) {
            throw new IllegalStateException("the service does not answer as Litewatch does", e);
        }
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
    }
}
