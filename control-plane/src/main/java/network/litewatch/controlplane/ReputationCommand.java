package network.litewatch.controlplane;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.canary.classes.SpeedTableLoader;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.Formula;
import network.litewatch.controlplane.reputation.Replay;
import network.litewatch.controlplane.reputation.ReplayPage;
import network.litewatch.controlplane.reputation.files.FormulaLoader;
import network.litewatch.probe.Vantage;
import org.jspecify.annotations.Nullable;

/** {@code reputation replay}: scores out of stored observations, by any formula, and what two formulas say differently. */
final class ReputationCommand extends Command {
    private static final long TOLD_EVERY = 10_000;

    private final Placeholders placeholders;
    private final Clock clock;
    private final PrintStream out;

    ReputationCommand(Placeholders placeholders, Clock clock, PrintStream out) {
        super("reputation", "works out reputations from stored observations");
        this.placeholders = placeholders;
        this.clock = clock;
        this.out = out;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("what").choices("replay").help("replay: counts stored observations again");
        parser.addArgument("--from").required(true).help("earliest slot, as 2026-11-01T00:00:00Z");
        parser.addArgument("--to").help("latest slot, not included, and the time of the scores (default: now)");
        parser.addArgument("--formula").help("formula (default: control-plane/config/reputation.yml)");
        parser.addArgument("--against").help("another formula, to be told what it says differently");
        parser.addArgument("--config").setDefault("").help("configuration that names the Elasticsearch");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        Path file = CheckCommand.configFile(arguments.getString("config"));
        List<String> errors = new ArrayList<>();
        ControlPlaneConfiguration config = CheckCommand.read(bootstrap, file, placeholders, errors);
        if (config == null) {
            throw new IllegalArgumentException(String.join("\n", errors));
        }
        Instant from = instant("--from", arguments.getString("from"));
        String end = arguments.getString("to");
        Instant to = end == null ? clock.instant() : instant("--to", end);
        if (!to.isAfter(from)) {
            throw new IllegalArgumentException("--to must be after --from");
        }
        Path beside = Objects.requireNonNull(file.getParent());
        String given = arguments.getString("formula");
        Path own = given == null ? beside.resolve(FormulaLoader.FILE) : Path.of(given);
        SpeedTable speeds = speeds(beside.resolve(SpeedTableLoader.FILE));
        Set<Vantage> agents = config.vantages().agents().stream()
                .map(agent -> new Vantage(agent.name()))
                .collect(Collectors.toSet());
        List<Replay> replays = new ArrayList<>();
        replays.add(new Replay(new EvidenceReader(formula(own), speeds, agents)));
        String against = arguments.getString("against");
        if (against != null) {
            replays.add(new Replay(new EvidenceReader(formula(Path.of(against)), speeds, agents)));
        }
        if (config.elasticsearch().url().equals(Startup.EMBEDDED)) {
            throw new IllegalArgumentException(
                    "elasticsearch.url: is embedded; set LITEWATCH_ELASTICSEARCH_URL to where it is");
        }
        ElasticsearchClient elasticsearch = config.elasticsearch().connect();
        try (AutoCloseable transport = elasticsearch._transport()) {
            new ReputationReplay(new ObservationSearch(elasticsearch)::search, progress()).run(from, to, replays);
        }
        out.print(ReplayPage.of(replays.get(0), from, to));
        if (replays.size() > 1) {
            out.print(ReplayPage.difference(replays.get(0), replays.get(1), to));
        }
        out.flush();
    }

    /** Says how far it is, about every {@value #TOLD_EVERY} documents. */
    private static LongConsumer progress() {
        AtomicLong told = new AtomicLong();
        return read -> {
            if (read - told.get() >= TOLD_EVERY) {
                told.set(read);
                System.err.println(read + " observations read");
            }
        };
    }

    private static Formula formula(Path file) {
        FormulaLoader.Loaded loaded = FormulaLoader.load(YamlDocument.read(file));
        return loaded.formula().orElseThrow(() -> wrong(loaded.problems()));
    }

    private static SpeedTable speeds(Path file) {
        if (!java.nio.file.Files.exists(file)) {
            return SpeedTable.EMPTY;
        }
        SpeedTableLoader.Loaded loaded = SpeedTableLoader.load(YamlDocument.read(file));
        return loaded.table().orElseThrow(() -> wrong(loaded.problems()));
    }

    private static IllegalArgumentException wrong(List<Problem> problems) {
        return new IllegalArgumentException(
                problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }

    private static Instant instant(String option, @Nullable String text) {
        try {
            return Instant.parse(String.valueOf(text));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(option + " must be a time in UTC, as 2026-11-01T00:00:00Z: " + text, e);
        }
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
    }
}
