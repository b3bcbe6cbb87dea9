package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.agent.AgentConfigReader;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.ruletest.RuleTests;
import network.litewatch.controlplane.auth.BindGuard;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.files.DrillChecks;
import network.litewatch.controlplane.gate.files.GateLoader;
import network.litewatch.controlplane.injector.InjectorApplication;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.network.NetworkLoader;
import network.litewatch.controlplane.notify.receiver.ReceiverSettings;
import network.litewatch.controlplane.runbook.RunbookQueries;

/** {@code check}: everything that people write, with file, line and field of each error; exit 1 on any. */
final class CheckCommand extends Command {
    private final Placeholders placeholders;
    private final Clock clock;

    CheckCommand(Placeholders placeholders, Clock clock) {
        super("check", "validates configuration, networks, rules, runbooks, drills and SLOs");
        this.placeholders = placeholders;
        this.clock = clock;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("config")
                .nargs("?")
                .setDefault("")
                .help("configuration (default: control-plane/config/litewatch.yml)");
        parser.addArgument("--network")
                .action(net.sourceforge.argparse4j.impl.Arguments.append())
                .help("also check this network profile; may be given more than once");
        parser.addArgument("--agent").help("check this configuration of an agent, and nothing else");
        parser.addArgument("--injector").help("check this configuration of an injector, and nothing else");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        List<String> errors = new ArrayList<>();
        String agent = arguments.getString("agent");
        if (agent != null) {
            errors.addAll(AgentConfigReader.load(Path.of(agent).toAbsolutePath(), placeholders).problems().stream()
                    .map(Problem::toString)
                    .toList());
            end(errors, Path.of(agent));
            return;
        }
        String injector = arguments.getString("injector");
        if (injector != null) {
            errors.addAll(InjectorApplication.problems(Path.of(injector), placeholders));
            end(errors, Path.of(injector));
            return;
        }
        Path file = configFile(arguments.getString("config"));
        ControlPlaneConfiguration config = read(bootstrap, file, placeholders, errors);
        if (config != null) {
            errors.addAll(
                    BindGuard.problems(config.getServerFactory(), config.auth().forPeople()).stream()
                            .map(p -> file + ": " + p)
                            .toList());
            errors.addAll(Stream.of(
                            ReceiverSettings.problems(config.receivers()),
                            config.slack().problems(),
                            config.drills().problems())
                    .flatMap(List::stream)
                    .map(p -> file + ": " + p)
                    .toList());
            Path base = Objects.requireNonNull(file.getParent());
            Files loaded = Files.load(base, config.files(), placeholders);
            errors.addAll(loaded.problems().stream().map(Problem::toString).toList());
            errors.addAll(config.vantages().problems(config.node().name(), config.auth(), loaded.networks()).stream()
                    .map(p -> file + ": " + p)
                    .toList());
            if (loaded.problems().isEmpty()) {
                System.out.printf(
                        "%d networks, %d rules, %d runbooks, %d SLOs%n",
                        loaded.networks().size(),
                        loaded.rules().stream().map(Rule::alert).distinct().count(),
                        loaded.runbooks().size(),
                        loaded.slos().size());
                if (loaded.runbooks().values().stream()
                        .allMatch(runbook -> runbook.panels().isEmpty())) {
                    System.out.println(
                            "no panel is known: files.dashboards is not a folder of dashboards here, so that what"
                                    + " runbooks name of them was not checked");
                }
                errors.addAll(rules(base, config, loaded));
                errors.addAll(drills(config, loaded, networks(arguments)));
                errors.addAll(queries(loaded, bootstrap));
                errors.addAll(gates(base.resolve(config.files().runbooks()).resolve("gates"), loaded));
            }
        }
        for (NetworkLoader.Loaded network : networks(arguments)) {
            errors.addAll(network.problems().stream().map(Problem::toString).toList());
        }
        end(errors, file);
    }

    private List<NetworkLoader.Loaded> networks(Namespace arguments) {
        List<String> named = arguments.getList("network");
        return (named == null ? List.<String>of() : named)
                .stream()
                        .map(network -> new NetworkLoader(placeholders, Files.PROBES).load(Path.of(network)))
                        .toList();
    }

    /** What is wrong with drills that are good by themselves: by the other files, the networks and the day. */
    private List<String> drills(ControlPlaneConfiguration config, Files loaded, List<NetworkLoader.Loaded> more) {
        List<Network> inventory = Stream.concat(
                        loaded.networks().stream(), more.stream().flatMap(one -> one.network().stream()))
                .toList();
        List<Problem> problems = Stream.of(
                        DrillChecks.coverage(loaded.drills(), loaded.runbooks(), loaded.fronts()),
                        DrillChecks.dates(loaded.drills(), loaded.fronts(), LocalDate.now(clock)),
                        DrillChecks.bounds(loaded.drills(), loaded.rules(), loaded.networks()),
                        DrillChecks.selectors(
                                loaded.drills(), inventory, config.drills().places()))
                .flatMap(List::stream)
                .toList();
        if (problems.isEmpty()) {
            System.out.printf(
                    "%d drills, %d alerts without one for now%n",
                    loaded.drills().drills().size(), loaded.drills().undrilled().size());
        }
        return problems.stream().map(Problem::toString).toList();
    }

    /** What runbooks tell people to ask that cannot be asked. */
    private static List<String> queries(Files loaded, Bootstrap<?> bootstrap) {
        RunbookQueries queries = new RunbookQueries(
                Files.OBSERVED,
                bootstrap.getCommands().stream().map(Command::getName).toList());
        return loaded.fronts().values().stream()
                .flatMap(front -> queries.problems(front.file()).stream())
                .map(Problem::toString)
                .sorted()
                .toList();
    }

    /** What is wrong with the plans of the phase gate in {@code folder}, which need not be there. */
    private static List<String> gates(Path folder, Files loaded) throws IOException {
        if (!java.nio.file.Files.isDirectory(folder)) {
            return List.of();
        }
        Set<String> drills = loaded.drills().drills().stream().map(Drill::id).collect(Collectors.toSet());
        List<Path> plans;
        try (Stream<Path> files = java.nio.file.Files.list(folder)) {
            plans = files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        }
        List<Problem> problems = plans.stream()
                .flatMap(plan -> GateLoader.load(plan.normalize(), drills).problems().stream())
                .toList();
        if (problems.isEmpty()) {
            System.out.printf("%d plans of the phase gate%n", plans.size());
        }
        return problems.stream().map(Problem::toString).toList();
    }

    /** What is wrong with rules that are good by themselves: by their tests, and by what this service keeps. */
    private static List<String> rules(Path base, ControlPlaneConfiguration config, Files loaded) {
        List<String> errors = new ArrayList<>();
        Duration kept = Duration.ofMillis(config.node().retention().toMilliseconds());
        for (Rule rule : loaded.rules()) {
            if (rule.holdFor().compareTo(kept) > 0) {
                errors.add("node.retention: " + Durations.format(kept) + " is shorter than the rule " + rule.alert()
                        + " waits (for: " + Durations.format(rule.holdFor())
                        + "): what it waited on would be gone when it fires");
            }
        }
        Optional<RuleTests.Result> tests = Files.ruleTests(base, config.files());
        tests.ifPresent(result -> result.problems().forEach(problem -> errors.add(problem.toString())));
        if (tests.isEmpty()) {
            System.out.println("no rule tests: there is no folder tests beside that of the rules");
        } else if (tests.get().problems().isEmpty()) {
            System.out.printf(
                    "%d rule tests of %d rules passed%n",
                    tests.get().tests(), tests.get().rules());
        }
        return errors;
    }

    private static void end(List<String> errors, Path file) {
        if (!errors.isEmpty()) {
            errors.forEach(System.err::println);
            throw new IllegalStateException(errors.size() == 1 ? "1 error" : errors.size() + " errors");
        }
        System.out.println(file + ": ok");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage());
    }

    /** {@code text}, or the configuration of the repository that the launcher names. */
    static Path configFile(String text) {
        Path root = Path.of(System.getProperty("litewatch.root", "."));
        return (text.isEmpty() ? root.resolve("control-plane/config/litewatch.yml") : Path.of(text))
                .toAbsolutePath()
                .normalize();
    }

    /** The configuration in {@code file}, or null with what is wrong added to {@code errors}. */
    static @org.jspecify.annotations.Nullable ControlPlaneConfiguration read(
            Bootstrap<?> bootstrap, Path file, Placeholders placeholders, List<String> errors) {
        ObjectMapper json = bootstrap.getObjectMapper();
        try {
            String text = placeholders.expandYaml(java.nio.file.Files.readString(file));
            return new YamlConfigurationFactory<>(
                            ControlPlaneConfiguration.class,
                            bootstrap.getValidatorFactory().getValidator(),
                            json,
                            "dw")
                    .build(path -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), file.toString());
        } catch (IllegalArgumentException e) {
            errors.add(file + ": " + e.getMessage());
        } catch (IOException e) {
            errors.add(Problem.unreadable(file, e).toString());
        } catch (ConfigurationException e) {
            errors.add(String.valueOf(e.getMessage()).strip());
        }
        return null;
    }
}
