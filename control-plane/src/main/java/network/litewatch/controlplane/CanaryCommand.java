package network.litewatch.controlplane;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.canary.CanaryPlan;
import network.litewatch.controlplane.canary.CanaryPlanPage;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.canary.SpeedTablePage;
import network.litewatch.controlplane.canary.classes.SpeedTableLoader;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import org.jspecify.annotations.Nullable;

/** {@code canary}: what canaries cost and what they can show, before any is sent. Asks nobody. */
final class CanaryCommand extends Command {
    private static final int MOST_NODES = 1_000_000;
    // One in ten seconds: more is load, not a canary.
    private static final int MOST_PER_DAY = 8_640;
    private static final int CLASS_NODES = 100;

    private final PrintStream out;

    CanaryCommand(PrintStream out) {
        super("canary", "works out what inference canaries cost and what they can show");
        this.out = out;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("what")
                .choices("plan", "speeds")
                .help("plan: coverage, tokens, and which drop is found in what time; speeds: what cards decode at, by"
                        + " control-plane/config/gpu-classes.yml; both as Markdown tables");
        parser.addArgument("--nodes").type(Integer.class).help("miners in the fleet; a plan needs it");
        parser.addArgument("--per-day")
                .type(Integer.class)
                .help("canaries for each node and day, of all kinds together; a plan needs it");
        parser.addArgument("--class-nodes")
                .type(Integer.class)
                .help("miners of one class (default: " + CLASS_NODES + ", or all where there are fewer)");
        parser.addArgument("--trusted")
                .type(Integer.class)
                .setDefault(0)
                .help("miners that the others' answers are compared with; each gets " + CanaryPlan.TRUSTED_TIMES
                        + " times the identity canaries (default: 0)");
        parser.addArgument("--cv")
                .type(Double.class)
                .setDefault(0.1)
                .help("spread of one speed sample, standard deviation over mean (default: 0.1)");
        parser.addArgument("--rho")
                .type(Double.class)
                .setDefault(0.0)
                .help("correlation of a node's sample with the one before it, 0 to less than 1 (default: 0)");
        parser.addArgument("--tokens-per-day")
                .type(Long.class)
                .help(
                        "what all canaries may cost in a day; where it pays for fewer than --per-day, the plan is for those");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) {
        if (arguments.getString("what").equals("speeds")) {
            out.print(SpeedTablePage.of(speeds()));
            out.flush();
            return;
        }
        int nodes = within("--nodes", arguments.getInt("nodes"), MOST_NODES);
        Integer classNodes = arguments.getInt("class_nodes");
        out.print(CanaryPlanPage.of(new CanaryPlan(
                nodes,
                classNodes == null ? Math.min(CLASS_NODES, nodes) : within("--class-nodes", classNodes, nodes),
                trusted(arguments.getInt("trusted"), nodes),
                within("--per-day", arguments.getInt("per_day"), MOST_PER_DAY),
                between("--cv", arguments.getDouble("cv"), 0.001, 2),
                between("--rho", arguments.getDouble("rho"), 0, 0.99),
                tokens(arguments.getLong("tokens_per_day")))));
        out.flush();
    }

    /** The table beside the configuration; a problem in it is thrown. */
    static SpeedTable speeds() {
        Path beside = Objects.requireNonNull(CheckCommand.configFile("").getParent());
        SpeedTableLoader.Loaded loaded =
                SpeedTableLoader.load(YamlDocument.read(beside.resolve(SpeedTableLoader.FILE)));
        return loaded.table()
                .orElseThrow(() -> new IllegalArgumentException(
                        loaded.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"))));
    }

    private static int trusted(int count, int nodes) {
        if (count < 0 || count > nodes) {
            throw new IllegalArgumentException("--trusted must be 0 to " + nodes + ": " + count);
        }
        return count;
    }

    private static OptionalLong tokens(@Nullable Long perDay) {
        if (perDay == null) {
            return OptionalLong.empty();
        }
        if (perDay < 1) {
            throw new IllegalArgumentException("--tokens-per-day must be at least 1: " + perDay);
        }
        return OptionalLong.of(perDay);
    }

    private static int within(String option, @Nullable Integer value, int most) {
        if (value == null) {
            throw new IllegalArgumentException(option + " is required for a plan");
        }
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(option + " must be 1 to " + most + ": " + value);
        }
        return value;
    }

    private static double between(String option, double value, double least, double most) {
        // Written so that what is no number is refused as well.
        if (value >= least && value <= most) {
            return value;
        }
        throw new IllegalArgumentException(option + " must be " + least + " to " + most + ": " + value);
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage());
    }
}
