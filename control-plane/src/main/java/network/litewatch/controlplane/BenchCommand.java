package network.litewatch.controlplane;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.bench.AgentOrder;
import network.litewatch.controlplane.bench.Bench;
import network.litewatch.controlplane.bench.CanaryOrder;
import network.litewatch.controlplane.bench.ProbesOrder;
import network.litewatch.controlplane.bench.fleet.FleetOrder;
import network.litewatch.controlplane.bench.paging.PagingOrder;
import network.litewatch.controlplane.bench.peer.Peer;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.embedded.LocalStack;

/** {@code bench}: figures that anyone can repeat, printed with their conditions. Starts what it needs and removes it. */
final class BenchCommand extends Command {
    private static final int MAX_TARGETS = 1_000_000;
    private static final int AGENT_TARGETS = 8;

    private final Placeholders placeholders;
    private final Clock clock;

    BenchCommand(Placeholders placeholders, Clock clock) {
        super("bench", "measures what this machine holds");
        this.placeholders = placeholders;
        this.clock = clock;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("what")
                .choices("probes", "schedule", "badinput", "agent", "canary", "detect", "drift", "alerts", "crash")
                .help(
                        "probes: real probes against a server on loopback, assessed and committed to PostgreSQL; schedule: plans, slots and"
                                + " wheel alone, in simulated time; badinput: forbidden addresses, hostile answers, slowness that must not spread; agent:"
                                + " an agent that is cut off and comes back; canary: what our client adds to the time to a first token, against"
                                + " bare sockets; canary --simulated: faults planted in a simulated fleet, found by the canaries' detectors;"
                                + " detect: what a step of the detectors of drift costs, their false alarms and delays;"
                                + " drift: two miners of the lab go wrong, one slower, one failing a tenth: when each is found, and who else is named;"
                                + " alerts: ten thousand alerts in ten seconds, and what people see of them; alerts --peer: faults of the lab, and"
                                + " how soon they are in Slack, beside Prometheus with Alertmanager on the same lab (about a minute a fault);"
                                + " crash: kill -9 of the service, --runs times, while alerts begin and end: what people miss or see twice;"
                                + " these exit 1 when a promise is broken");
        parser.addArgument("--targets").type(Integer.class).help("how many (default: 1000; for detect 100000)");
        parser.addArgument("--interval")
                .setDefault("")
                .help("from slot to slot (default: 1s for probes, 60s for schedule)");
        parser.addArgument("--seconds")
                .type(Integer.class)
                .setDefault(60)
                .help("length of a run of probes (default: 60)");
        parser.addArgument("--warm-up")
                .type(Integer.class)
                .setDefault(30)
                .help("seconds of load before a run of probes is measured (default: 30)");
        parser.addArgument("--kind")
                .choices("http", "https", "rpc")
                .setDefault("http")
                .help(
                        "what a run of probes asks: http or https over fresh connections, rpc over kept ones (default: http)");
        parser.addArgument("--runs")
                .type(Integer.class)
                .help(
                        "runs of probes (default: 1); for detect, simulated runs for each kind of noise (default: 400); for crash, kills (default: 20)");
        parser.addArgument("--peer")
                .action(Arguments.storeTrue())
                .help(
                        "for probes: Prometheus with blackbox_exporter on the same targets, turn about; for alerts: the same with"
                                + " Alertmanager, at the same time; all from the PATH");
        parser.addArgument("--faults")
                .type(Integer.class)
                .setDefault(20)
                .help("for alerts --peer: how many, 1 to 200 (default: 20)");
        configureMiners(parser);
    }

    private static void configureMiners(Subparser parser) {
        parser.addArgument("--streams")
                .type(Integer.class)
                .setDefault(200)
                .help("for canary: streams at once (default: 200)");
        parser.addArgument("--rounds")
                .type(Integer.class)
                .setDefault(10)
                .help("for canary: rounds of each client (default: 10)");
        parser.addArgument("--cut").setDefault("120s").help("for agent: how long it is cut off (default: 120s)");
        parser.addArgument("--length").setDefault("60m").help("for drift: of the whole drill (default: 60m)");
        parser.addArgument("--simulated")
                .action(Arguments.storeTrue())
                .help("for schedule, which always is, and for canary: a simulated fleet instead of real streams");
        parser.addArgument("--miners")
                .type(Integer.class)
                .setDefault(500)
                .help("for canary --simulated (default: 500)");
        parser.addArgument("--days")
                .type(Integer.class)
                .setDefault(120)
                .help("for canary --simulated: how long (default: 120)");
        parser.addArgument("--per-day")
                .type(Integer.class)
                .setDefault(96)
                .help("for canary: canaries for each miner and day (default: 96)");
        parser.addArgument("--seed")
                .type(Long.class)
                .setDefault(1L)
                .help("for canary, detect, crash and alerts --peer: what chance draws from (default: 1)");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        Bench bench = new Bench(
                System.out,
                clock,
                LocalStack.labJar(Path.of(System.getProperty("litewatch.root", "."), "probes", "lab")));
        if (arguments.getString("what").equals("badinput")) {
            if (!bench.badInput()) {
                throw new IllegalStateException("a promise is broken: see the lines with NO or DIALLED");
            }
            return;
        }
        if (arguments.getString("what").equals("canary")) {
            canary(bench, arguments);
            return;
        }
        switch (arguments.getString("what")) {
            case "detect" -> detect(bench, arguments);
            case "drift" -> drift(bench, Durations.parse(arguments.getString("length")));
            case "alerts" -> alerts(bench, arguments);
            case "crash" ->
                crash(bench, within("--runs", given(arguments, "runs", 20), 1_000), arguments.getLong("seed"));
            case "agent" -> agent(bench, Durations.parse(arguments.getString("cut")));
            default -> load(bootstrap, bench, arguments);
        }
    }

    private static void crash(Bench bench, int runs, long seed) throws Exception {
        BenchStack.run(true, (stack, home) -> bench.crash(stack, runs, seed, home));
    }

    private static void detect(Bench bench, Namespace arguments) throws Exception {
        if (!bench.detect(
                within("--targets", given(arguments, "targets", 100_000), MAX_TARGETS),
                within("--runs", given(arguments, "runs", 400), 100_000),
                arguments.getLong("seed"))) {
            throw new IllegalStateException("a promise is broken: see the lines with NOT KEPT");
        }
    }

    private void load(Bootstrap<?> bootstrap, Bench bench, Namespace arguments) throws Exception {
        boolean probes = arguments.getString("what").equals("probes");
        String interval = arguments.getString("interval");
        Duration every = interval.isEmpty() ? Duration.ofSeconds(probes ? 1 : 60) : Durations.parse(interval);
        int targets = within("--targets", given(arguments, "targets", 1_000), MAX_TARGETS);
        if (every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("--interval must be at least 1s");
        }
        if (!probes) {
            bench.schedule(targets, every);
            return;
        }
        int seconds = within("--seconds", arguments.getInt("seconds"), 86_400);
        int warmUp = within("--warm-up", arguments.getInt("warm_up"), 3_600);
        ProbesOrder.Kind kind =
                ProbesOrder.Kind.valueOf(arguments.getString("kind").toUpperCase(Locale.ROOT));
        if (kind == ProbesOrder.Kind.RPC && arguments.getBoolean("peer")) {
            throw new IllegalArgumentException("--peer asks over HTTP: it has no JSON-RPC to compare --kind rpc with");
        }
        int runs = within("--runs", given(arguments, "runs", 1), 100);
        List<Rule> rules = rules(bootstrap);
        Path home = java.nio.file.Files.createTempDirectory("litewatch-bench");
        try {
            bench.probes(
                    new ProbesOrder(
                            kind,
                            targets,
                            every,
                            Duration.ofSeconds(warmUp),
                            Duration.ofSeconds(seconds),
                            runs,
                            arguments.getBoolean("peer")),
                    home,
                    postgres -> new BenchStages(postgres, bootstrap.getObjectMapper(), rules, clock));
        } finally {
            BenchStack.remove(home);
        }
    }

    private static void canary(Bench bench, Namespace arguments) throws Exception {
        boolean kept = arguments.getBoolean("simulated")
                ? bench.canary(
                        new FleetOrder(
                                arguments.getInt("miners"),
                                arguments.getInt("days"),
                                arguments.getInt("per_day"),
                                arguments.getLong("seed")),
                        CanaryCommand.speeds())
                : bench.canary(new CanaryOrder(
                        within("--streams", arguments.getInt("streams"), 2_000),
                        within("--rounds", arguments.getInt("rounds"), 1_000)));
        if (!kept) {
            throw new IllegalStateException("a promise is broken: see above");
        }
    }

    private static void agent(Bench bench, Duration cut) throws Exception {
        // Below a minute people are not told yet; beyond an hour what waits may be more than one reads back.
        if (cut.compareTo(Duration.ofMinutes(1)) < 0 || cut.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("--cut must be 1m to 1h: " + cut.toSeconds() + "s");
        }
        BenchStack.run(
                false,
                (stack, home) -> bench.agent(
                        new AgentOrder(
                                cut,
                                AGENT_TARGETS,
                                stack.program(),
                                stack.config(),
                                stack.apiPort(),
                                stack.environment()),
                        home));
    }

    private static void drift(Bench bench, Duration length) throws Exception {
        if (length.compareTo(Duration.ofMinutes(10)) < 0 || length.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("--length must be 10m to 24h: " + length.toSeconds() + "s");
        }
        BenchStack.run(true, (stack, home) -> bench.drift(stack, length, home));
    }

    private static void alerts(Bench bench, Namespace arguments) throws Exception {
        if (!arguments.getBoolean("peer")) {
            BenchStack.run(true, bench::alerts);
            return;
        }
        int faults = within("--faults", arguments.getInt("faults"), 200);
        // Before anything of ours is started for nothing.
        Peer.requirePrograms();
        BenchStack.run(
                true,
                (stack, home) -> bench.paging(
                        new PagingOrder(
                                faults,
                                arguments.getLong("seed"),
                                stack.program(),
                                stack.config(),
                                stack.apiPort(),
                                stack.environment(),
                                stack.faults()),
                        home));
    }

    private List<Rule> rules(Bootstrap<?> bootstrap) {
        List<String> errors = new ArrayList<>();
        Path file = CheckCommand.configFile("");
        ControlPlaneConfiguration config = CheckCommand.read(bootstrap, file, placeholders, errors);
        if (config == null) {
            throw new IllegalArgumentException(String.join("\n", errors));
        }
        Files files = Files.load(Objects.requireNonNull(file.getParent()), config.files(), placeholders);
        return files.rules();
    }

    private static int given(Namespace arguments, String option, int otherwise) {
        Integer value = arguments.getInt(option);
        return value == null ? otherwise : value;
    }

    private static int within(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(option + " must be 1 to " + most + ": " + value);
        }
        return value;
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
    }
}
