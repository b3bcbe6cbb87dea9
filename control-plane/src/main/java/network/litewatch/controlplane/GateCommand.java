package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.bench.ServiceOrder;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.embedded.Child;
import network.litewatch.controlplane.gate.GateData;
import network.litewatch.controlplane.gate.GatePlan;
import network.litewatch.controlplane.gate.LimitEvaluator;
import network.litewatch.controlplane.gate.LimitResult;
import network.litewatch.controlplane.gate.files.GateLoader;
import network.litewatch.controlplane.gate.report.GatePage;
import network.litewatch.controlplane.gate.report.GateReport;
import org.jspecify.annotations.Nullable;

/** {@code gate}: a locked test of the whole, with limits: exit 0 when all are kept, 1 when one is broken, 3 when one cannot be told. */
final class GateCommand extends Command {
    /** Exit code of a run in which nothing failed and something cannot be told. */
    static final int INCONCLUSIVE = 3;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LEASE = "60m";
    // Longer than the answers that are still awaited take, and shorter than whoever ends us waits before he kills.
    private static final int TO_WRITE_SECONDS = 45;

    private final Placeholders placeholders;
    private final Placeholders.Lookup environment;
    private final Clock clock;
    private final PrintStream out;

    /** Thrown when a run says neither yes nor no. */
    static final class Inconclusive extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Inconclusive(String message) {
            super(message);
        }
    }

    GateCommand(Placeholders placeholders, Placeholders.Lookup environment, Clock clock, PrintStream out) {
        super("gate", "a locked test of the whole: load, drills, and limits that are kept or broken");
        this.placeholders = placeholders;
        this.environment = environment;
        this.clock = clock;
        this.out = out;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("what")
                .choices("run", "check")
                .help("run: exit 0 when all limits are kept, 1 when one is broken, 3 when one cannot be told;"
                        + " check: is the plan right?");
        parser.addArgument("plan").help("file, as runbooks/gates/phase-4.yml");
        parser.addArgument("--url")
                .setDefault("")
                .help(
                        "base URL of a running service; without it run starts a lab and a service of its own on free ports");
        parser.addArgument("--router")
                .setDefault("")
                .help("with --url: base URL of the router that gets the load (default: the environment variable"
                        + " LAB_ROUTER_URL, or http://127.0.0.1:15010; its token comes from LAB_ROUTER_TOKEN)");
        parser.addArgument("--elasticsearch")
                .setDefault("")
                .help(
                        "with --url: base URL where documents are counted; without it observations_missing cannot be told");
        parser.addArgument("--faults")
                .setDefault("")
                .help("with --url and --plant: base URL of the lab's faults (default: http://127.0.0.1:18900)");
        parser.addArgument("--plant")
                .setDefault("")
                .help("a fault of the lab that lasts the whole run, to see whether the gate notices, as"
                        + " '{\"type\":\"router.slow\",\"target\":\"router\",\"args\":{\"percent\":40}}'");
        parser.addArgument("--out").setDefault("").help("folder of the report (default: .litewatch/gate/PLAN-TIME)");
        parser.addArgument("--config")
                .setDefault("")
                .help("configuration that names the runbooks (default: control-plane/config/litewatch.yml)");
        parser.addArgument("--token-file")
                .setDefault("")
                .help("file with an operator's token (default: the environment variable LITEWATCH_TOKEN, or none)");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        GatePlan plan = plan(bootstrap, arguments);
        if (arguments.getString("what").equals("check")) {
            out.printf(
                    "%s: ok: %d stages, %d drills, %d limits%n",
                    arguments.getString("plan"),
                    plan.load().stages().size(),
                    plan.drills().size(),
                    plan.limits().size());
            out.flush();
            return;
        }
        Optional<ObjectNode> planted = planted(arguments.getString("plant"));
        Path to = folder(arguments.getString("out"), plan);
        Thread runner = Thread.currentThread();
        CountDownLatch written = new CountDownLatch(1);
        try (StopHook hook = new StopHook(() -> breakOff(runner, written))) {
            end(report(bootstrap, arguments, plan, planted), to);
        } finally {
            written.countDown();
        }
    }

    private GateReport report(Bootstrap<?> bootstrap, Namespace arguments, GatePlan plan, Optional<ObjectNode> planted)
            throws Exception {
        if (!arguments.getString("url").isEmpty()) {
            return elsewhere(bootstrap, arguments, plan, planted);
        }
        List<GateReport> reports = new ArrayList<>();
        BenchStack.run(true, (order, home) -> {
            reports.add(own(order, home, plan, planted));
            return true;
        });
        return reports.get(0);
    }

    /** The JVM ends when its hooks have: this one gives {@code runner} the time to write what it has seen. */
    private static void breakOff(Thread runner, CountDownLatch written) {
        runner.interrupt();
        try {
            var unused = written.await(TO_WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private GatePlan plan(Bootstrap<?> bootstrap, Namespace arguments) {
        List<String> errors = new ArrayList<>();
        Path config = CheckCommand.configFile(arguments.getString("config"));
        ControlPlaneConfiguration read = CheckCommand.read(bootstrap, config, placeholders, errors);
        if (read == null) {
            throw new IllegalArgumentException(String.join("\n", errors));
        }
        Set<String> drills = network.litewatch.controlplane.Files.load(
                        Objects.requireNonNull(config.getParent()), read.files(), placeholders)
                .drills()
                .drills()
                .stream()
                .map(Drill::id)
                .collect(Collectors.toSet());
        Path file = Path.of(arguments.getString("plan")).toAbsolutePath().normalize();
        GateLoader.Loaded loaded = GateLoader.load(file, drills);
        return loaded.plan()
                .orElseThrow(() -> new IllegalArgumentException(
                        loaded.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"))));
    }

    private static Optional<ObjectNode> planted(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode fault = JSON.readTree(text);
            if (fault instanceof ObjectNode object && object.hasNonNull("type") && object.hasNonNull("target")) {
                if (!object.has("lease")) {
                    object.put("lease", LEASE);
                }
                return Optional.of(object);
            }
        } catch (IOException e) {
            // Told below, as what is no fault is.
        }
        throw new IllegalArgumentException(
                "--plant must be a fault of the lab, as {\"type\":\"router.slow\",\"target\":\"router\",\"args\":{\"percent\":40}}");
    }

    private Path folder(String wanted, GatePlan plan) throws IOException {
        String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
        Path folder = wanted.isEmpty()
                ? Path.of(System.getProperty("litewatch.root", "."), ".litewatch", "gate", plan.id() + "-" + time)
                : Path.of(wanted);
        return Files.createDirectories(folder.toAbsolutePath().normalize());
    }

    /** At a lab and a service that end with it. */
    private GateReport own(ServiceOrder order, Path home, GatePlan plan, Optional<ObjectNode> planted)
            throws Exception {
        // Before the service has seen anything: what it learns as usual is the slower router, and no alert of it is in
        // a drill's way.
        if (planted.isPresent()) {
            var unused = GatePlace.plant(URI.create(order.faults()), planted.get());
        }
        try (Child service = DrillCommand.start(order, home)) {
            ServiceApi api = ServiceApi.local(order.apiPort());
            DrillCommand.await(api, service);
            return report(api, GatePlace.of(order.environment()::get), plan, planted);
        }
    }

    private GateReport elsewhere(
            Bootstrap<?> bootstrap, Namespace arguments, GatePlan plan, Optional<ObjectNode> planted) throws Exception {
        ServiceApi api = ServiceApi.of(bootstrap, arguments, placeholders, environment);
        GateRun.Place place = GatePlace.of(name -> given(arguments, name));
        if (planted.isEmpty()) {
            return report(api, place, plan, planted);
        }
        String faults = arguments.getString("faults");
        URI base = URI.create(faults.isEmpty() ? "http://127.0.0.1:18900" : faults);
        String fault = GatePlace.plant(base, planted.get());
        try {
            return report(api, place, plan, planted);
        } finally {
            GatePlace.withdraw(base, fault);
        }
    }

    private @Nullable String given(Namespace arguments, String name) {
        String option = switch (name) {
            case GatePlace.ROUTER -> arguments.getString("router");
            case GatePlace.ELASTICSEARCH -> arguments.getString("elasticsearch");
            default -> "";
        };
        return option.isEmpty() && !name.equals(GatePlace.ELASTICSEARCH) ? environment.get(name) : option;
    }

    private GateReport report(ServiceApi api, GateRun.Place place, GatePlan plan, Optional<ObjectNode> planted)
            throws InterruptedException {
        GateData facts = new GateRun(api, place, plan, clock, out).run();
        return new GateReport(
                plan,
                facts,
                new LimitEvaluator(facts).judge(plan),
                GatePlace.conditions(plan, place),
                planted.map(ObjectNode::toString).orElse(""));
    }

    private void end(GateReport report, Path to) throws IOException {
        Files.writeString(to.resolve("gate.json"), report.json());
        Files.writeString(to.resolve("gate.html"), GatePage.of(report));
        out.println();
        out.println("| limit | value | 95 % interval | n | limit | verdict |");
        out.println("|---|---|---|---|---|---|");
        for (LimitResult one : report.judged()) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %.4g | %.4g to %.4g | %d | %s %s %s | %s%s |%n",
                    one.limit().id(),
                    one.measured().value(),
                    one.measured().low(),
                    one.measured().high(),
                    one.measured().samples(),
                    one.limit().isMost() ? "<=" : ">=",
                    one.limit().bound(),
                    one.limit().measure().unit(),
                    one.verdict().label(),
                    one.why().isEmpty() ? "" : ": " + one.why());
        }
        out.println("report: " + to.resolve("gate.html"));
        out.println("gate " + report.plan().id() + ": " + report.verdict().label());
        out.flush();
        switch (report.verdict()) {
            case PASSED -> {}
            case FAILED -> throw new IllegalStateException("a limit is broken: see the table");
            case INCONCLUSIVE ->
                throw new Inconclusive(report.facts()
                        .brokenOff()
                        .map(why -> "the run was broken off (" + why + "): the table has what was seen until then")
                        .orElse("not every limit can be told: see the table"));
        }
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
    }
}
