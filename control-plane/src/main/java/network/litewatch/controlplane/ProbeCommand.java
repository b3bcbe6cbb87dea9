package network.litewatch.controlplane;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.network.Network;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.miner.CanarySettings;

/** {@code probe}: runs the probes of one target now, and prints what they saw. Stores nothing. Exit 1 unless all were ok. */
final class ProbeCommand extends Command {
    private final Placeholders placeholders;
    private final Clock clock;
    private final RandomGenerator random;
    private final PrintStream out = System.out;

    ProbeCommand(Placeholders placeholders, Clock clock, RandomGenerator random) {
        super("probe", "runs the probes of one target now and prints what they saw");
        this.placeholders = placeholders;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("target").help("id of a target, as lab-rpc-a");
        parser.addArgument("--config")
                .setDefault("")
                .help("configuration (default: control-plane/config/litewatch.yml)");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        Path file = CheckCommand.configFile(arguments.getString("config"));
        List<String> errors = new ArrayList<>();
        ControlPlaneConfiguration config = CheckCommand.read(bootstrap, file, placeholders, errors);
        if (config == null) {
            throw new IllegalArgumentException(String.join("\n", errors));
        }
        Files files = Files.load(Objects.requireNonNull(file.getParent()), config.files(), placeholders);
        if (!files.problems().isEmpty()) {
            throw new IllegalArgumentException(String.join(
                    "\n", files.problems().stream().map(Problem::toString).toList()));
        }
        String id = arguments.getString("target");
        for (Network network : files.networks()) {
            for (Target target : network.targets()) {
                if (target.id().value().equals(id)) {
                    probe(network, target);
                    return;
                }
            }
        }
        throw new IllegalArgumentException("no target is named " + id + "; targets: "
                + String.join(
                        ", ",
                        files.networks().stream()
                                .flatMap(n -> n.targets().stream())
                                .map(t -> t.id().value())
                                .toList()));
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage());
    }

    private void probe(Network network, Target target) throws Exception {
        EgressPolicy policy = EgressPolicy.allowing(
                network.privateRanges().stream().map(Cidr::parse).toList());
        boolean allOk = true;
        try (GuardedClient client = new GuardedClient(policy, System::nanoTime, 8)) {
            Map<ProbeId, Probe> probes =
                    new Probes(client, clock, System::nanoTime, random, CanarySettings.DEFAULT).byId();
            for (Map.Entry<ProbeId, Network.Pace> pace : network.pace().entrySet()) {
                Probe probe = probes.get(pace.getKey());
                if (probe != null && probe.suits(target)) {
                    Duration timeout = pace.getValue().timeout();
                    Finding finding = probe.run(target, timeout).get(timeout.toMillis() + 5_000, TimeUnit.MILLISECONDS);
                    print(probe.id(), target, finding);
                    allOk &= finding.outcome().isOk();
                }
            }
        }
        if (!allOk) {
            throw new IllegalStateException("not ok");
        }
    }

    private void print(ProbeId probe, Target target, Finding finding) {
        out.printf("%s of %s at %s%n", probe, target.id(), target.url());
        String detail = finding.outcome().detail();
        out.printf(
                "  outcome       %s%s%n",
                finding.outcome().kind().label(),
                finding.outcome().isOk() && detail.isEmpty()
                        ? ""
                        : " (" + finding.outcome().reason().label() + (detail.isEmpty() ? "" : ": " + detail) + ")");
        finding.phases().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(p -> out.printf(
                        Locale.ROOT,
                        "  %-24s %10.3f ms%n",
                        p.getKey().label(),
                        p.getValue().toNanos() / 1e6));
        finding.measurements().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(m -> out.printf(
                        Locale.ROOT,
                        "  %-24s %14.3f %s%n",
                        m.getKey().field(),
                        m.getValue(),
                        m.getKey().unit().symbol()));
        new TreeMap<>(finding.evidence()).forEach((name, text) -> out.printf("  %-24s %s%n", name, text));
    }
}
