package network.litewatch.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.incident.MaintenanceWindow;
import network.litewatch.controlplane.alert.rules.MaintenanceLoader;
import network.litewatch.controlplane.alert.rules.NetworkRules;
import network.litewatch.controlplane.alert.rules.RuleLoader;
import network.litewatch.controlplane.alert.ruletest.RuleTests;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.canary.classes.SpeedTableLoader;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.drill.files.DrillLoader;
import network.litewatch.controlplane.index.ChainEventsProbe;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.network.NetworkLoader;
import network.litewatch.controlplane.reputation.Eligibility;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.Formula;
import network.litewatch.controlplane.reputation.Standing;
import network.litewatch.controlplane.reputation.files.FormulaLoader;
import network.litewatch.controlplane.reputation.files.TermsLoader;
import network.litewatch.controlplane.runbook.DashboardFiles;
import network.litewatch.controlplane.runbook.Runbook;
import network.litewatch.controlplane.runbook.RunbookLoader;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.controlplane.slo.files.SloLoader;
import network.litewatch.controlplane.slo.live.SloProbe;
import network.litewatch.controlplane.vantage.VantageProbe;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.chain.LogsRangeProbe;
import network.litewatch.probe.edge.EdgeKind;
import network.litewatch.probe.indexer.IndexerClaimsProbe;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.router.RouterExposureProbe;
import network.litewatch.probe.router.RouterMinersProbe;
import network.litewatch.probe.router.RouterSessionsProbe;
import network.litewatch.probe.router.RouterStatusProbe;
import network.litewatch.probe.rpc.ChainCanaryProbe;
import network.litewatch.probe.rpc.NodeCountersProbe;
import network.litewatch.probe.rpc.RetryablesProbe;
import network.litewatch.probe.rpc.RollupParentProbe;
import network.litewatch.probe.rpc.RpcConsistencyProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;
import network.litewatch.probe.rpc.RpcSubscriptionProbe;
import network.litewatch.probe.rpc.SequencerFeedProbe;
import network.litewatch.probe.rpc.StakeProbe;
import network.litewatch.probe.rpc.WalletProbe;
import network.litewatch.probe.rpc.WalletTransactionsProbe;

/**
 * Everything that people write besides the configuration itself, read and checked as one: networks, rules, runbooks, SLOs.
 *
 * @param fronts front matter of the runbooks, by id, for whoever says where something in it is wrong
 * @param problems all that is wrong; with any, the rest must not be used
 */
record Files(
        List<Network> networks,
        List<Rule> rules,
        Map<String, Runbook> runbooks,
        Map<String, RunbookLoader.Front> fronts,
        DrillLoader.Loaded drills,
        SpeedTable speeds,
        List<Slo> slos,
        Formula formula,
        Eligibility.Terms terms,
        List<MaintenanceWindow> maintenance,
        List<Problem> problems) {
    /** Probes that networks may pace. */
    static final Set<ProbeId> PROBES = Stream.concat(
                    Stream.of(
                            RpcHeadProbe.ID,
                            RpcConsistencyProbe.ID,
                            LogsRangeProbe.ID,
                            RollupParentProbe.ID,
                            RetryablesProbe.ID,
                            RpcSubscriptionProbe.ID,
                            SequencerFeedProbe.ID,
                            WalletProbe.ID,
                            WalletTransactionsProbe.ID,
                            RouterStatusProbe.ID,
                            RouterExposureProbe.ID,
                            RouterSessionsProbe.ID,
                            RouterMinersProbe.ID,
                            NodeCountersProbe.ID,
                            IndexerClaimsProbe.ID,
                            CanaryKind.PING.id(),
                            CanaryKind.RATE.id(),
                            CanaryKind.IDENTITY.id(),
                            ChainEventsProbe.ID,
                            ChainCanaryProbe.ID,
                            Standing.SCORE,
                            Standing.FLEET,
                            EvidenceReader.DEADLINES,
                            StakeProbe.ID),
                    Arrays.stream(EdgeKind.values()).map(EdgeKind::id))
            .collect(Collectors.toUnmodifiableSet());

    /** What rules may judge: the probes, what is concluded across targets, our own agents, and SLOs. */
    static final Set<ProbeId> JUDGED = Stream.of(
                    PROBES, Fleet.GROUPS, Set.of(VantageProbe.ID, SloProbe.ID, DrillProofs.ID))
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    /** What observations are of, as {@code probe=} of the API names it. */
    static final Set<String> OBSERVED = Stream.concat(JUDGED.stream(), EvidenceReader.PROBES.stream())
            .map(ProbeId::value)
            .collect(Collectors.toUnmodifiableSet());

    /** What SLOs may count: what is asked of others, and what is concluded of it. */
    private static final Set<ProbeId> COUNTED =
            Stream.of(PROBES, Fleet.GROUPS).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());

    /** Beside the folder of rules. */
    static final String SLO_FOLDER = "slo";

    static final String TEST_FOLDER = "tests";

    static Files load(Path base, ControlPlaneConfiguration.FilesSection section, Placeholders placeholders) {
        List<Problem> problems = new ArrayList<>();
        List<Network> networks = new ArrayList<>();
        List<NetworkLoader.Rules> changes = new ArrayList<>();
        NetworkLoader loader = new NetworkLoader(placeholders, PROBES);
        for (Path entry : section.networks()) {
            for (Path path : networkFiles(resolve(base, entry), problems)) {
                NetworkLoader.Loaded loaded = loader.load(path);
                loaded.network().ifPresent(networks::add);
                loaded.rules().ifPresent(changes::add);
                problems.addAll(loaded.problems());
            }
        }
        problems.addAll(sameTargets(networks, base));
        Path folder = resolve(base, section.rules());
        RuleLoader.RuleSet rules = RuleLoader.load(ruleFiles(folder, problems), JUDGED);
        problems.addAll(rules.problems());
        DashboardFiles dashboards = dashboards(base, section);
        problems.addAll(dashboards.problems());
        RunbookLoader.Loaded runbooks = RunbookLoader.load(resolve(base, section.runbooks()), rules, dashboards);
        // With a broken rule every runbook would seem an orphan: one error is enough to mend first.
        DrillLoader.Loaded drills = DrillLoader.Loaded.NONE;
        if (rules.problems().isEmpty()) {
            problems.addAll(runbooks.problems());
            drills = DrillLoader.load(runbooks.fronts(), rules.rules());
            problems.addAll(drills.problems());
        }
        SpeedTable speeds = speeds(base.resolve(SpeedTableLoader.FILE), problems);
        List<Slo> slos = slos(folder.resolveSibling(SLO_FOLDER), problems);
        Formula formula = formula(base.resolve(FormulaLoader.FILE), problems);
        Eligibility.Terms terms = terms(base.resolve(TermsLoader.FILE), problems);
        return new Files(
                List.copyOf(networks),
                rulesOf(rules, changes, problems),
                runbooks.runbooks(),
                runbooks.fronts(),
                drills,
                speeds,
                slos,
                formula,
                terms,
                maintenance(folder.resolveSibling(MaintenanceLoader.FILE), problems),
                List.copyOf(problems));
    }

    /** The rules with what networks change of them; with a broken rule, those as they are. */
    private static List<Rule> rulesOf(
            RuleLoader.RuleSet rules, List<NetworkLoader.Rules> changes, List<Problem> problems) {
        if (!rules.problems().isEmpty()) {
            return rules.rules();
        }
        Map<NetworkId, YamlDocument.Field> sections = new LinkedHashMap<>();
        changes.forEach(change -> sections.put(change.network(), change.section()));
        List<Rule> changed = NetworkRules.apply(rules.rules(), sections);
        changes.forEach(change -> problems.addAll(change.document().problems()));
        return changed;
    }

    /** The dashboards that Grafana is provisioned with; none where there is no such folder, which must keep nobody from watching. */
    private static DashboardFiles dashboards(Path base, ControlPlaneConfiguration.FilesSection section) {
        Path folder = section.dashboards();
        return folder == null || !java.nio.file.Files.isDirectory(resolve(base, folder))
                ? DashboardFiles.NONE
                : DashboardFiles.load(resolve(base, folder));
    }

    /** Announced work; none where there is no such file. */
    private static List<MaintenanceWindow> maintenance(Path file, List<Problem> problems) {
        if (!java.nio.file.Files.exists(file)) {
            return List.of();
        }
        MaintenanceLoader.Loaded loaded = MaintenanceLoader.load(YamlDocument.read(file));
        problems.addAll(loaded.problems());
        return loaded.windows();
    }

    /**
     * Runs the tests in the folder beside that of the rules, which must be good; empty, with nothing run, where there is no such
     * folder.
     */
    static Optional<RuleTests.Result> ruleTests(Path base, ControlPlaneConfiguration.FilesSection section) {
        Path rules = resolve(base, section.rules());
        Path folder = rules.resolveSibling(TEST_FOLDER);
        if (!java.nio.file.Files.isDirectory(folder)) {
            return Optional.empty();
        }
        List<Problem> problems = new ArrayList<>();
        List<YamlDocument.Parsed> tests = yamlFiles(folder, "rule tests", problems).stream()
                .map(YamlDocument::read)
                .toList();
        RuleTests.Result result = RuleTests.run(tests, ruleFiles(rules, problems), JUDGED);
        problems.addAll(result.problems());
        return Optional.of(new RuleTests.Result(result.tests(), result.rules(), problems));
    }

    /** The promises in {@code folder}; none where there is no such folder. */
    private static List<Slo> slos(Path folder, List<Problem> problems) {
        if (!java.nio.file.Files.isDirectory(folder)) {
            return List.of();
        }
        SloLoader.Loaded loaded = SloLoader.load(
                yamlFiles(folder, "SLOs", problems).stream()
                        .map(YamlDocument::read)
                        .toList(),
                COUNTED);
        problems.addAll(loaded.problems());
        return loaded.slos();
    }

    /** What is known of cards and models; nothing where there is no such file. */
    private static SpeedTable speeds(Path file, List<Problem> problems) {
        if (!java.nio.file.Files.exists(file)) {
            return SpeedTable.EMPTY;
        }
        SpeedTableLoader.Loaded loaded = SpeedTableLoader.load(YamlDocument.read(file));
        problems.addAll(loaded.problems());
        return loaded.table().orElse(SpeedTable.EMPTY);
    }

    /** How evidence becomes a reputation; nothing is counted where there is no such file. */
    private static Formula formula(Path file, List<Problem> problems) {
        if (!java.nio.file.Files.exists(file)) {
            return Formula.NONE;
        }
        FormulaLoader.Loaded loaded = FormulaLoader.load(YamlDocument.read(file));
        problems.addAll(loaded.problems());
        return loaded.formula().orElse(Formula.NONE);
    }

    private static Eligibility.Terms terms(Path file, List<Problem> problems) {
        if (!java.nio.file.Files.exists(file)) {
            return Eligibility.Terms.PUBLIC;
        }
        TermsLoader.Loaded loaded = TermsLoader.load(YamlDocument.read(file));
        problems.addAll(loaded.problems());
        return loaded.terms().orElse(Eligibility.Terms.PUBLIC);
    }

    /** {@code entry} itself; or, when it is a folder, every file of YAML in it. */
    private static List<Path> networkFiles(Path entry, List<Problem> problems) {
        if (!java.nio.file.Files.isDirectory(entry)) {
            return List.of(entry);
        }
        List<Path> files = yamlFiles(entry, "networks", problems);
        if (files.isEmpty()) {
            problems.add(new Problem(entry, 0, "files.networks", "is a folder without a network file (*.yml)"));
        }
        return files;
    }

    private static List<YamlDocument.Parsed> ruleFiles(Path folder, List<Problem> problems) {
        return yamlFiles(folder, "rules", problems).stream()
                .map(YamlDocument::read)
                .toList();
    }

    private static List<Path> yamlFiles(Path folder, String what, List<Problem> problems) {
        try (Stream<Path> files = java.nio.file.Files.list(folder)) {
            return files.filter(
                            f -> f.toString().endsWith(".yml") || f.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            problems.add(new Problem(folder, 0, "", "cannot be read as a folder of " + what + ": " + e));
            return List.of();
        }
    }

    private static List<Problem> sameTargets(List<Network> networks, Path base) {
        Map<TargetId, Network> seen = new HashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Network network : networks) {
            for (Target target : network.targets()) {
                Network other = seen.putIfAbsent(target.id(), network);
                if (other != null && !other.id().equals(network.id())) {
                    problems.add(new Problem(
                            base,
                            0,
                            "files.networks",
                            "the target id " + target.id() + " is in " + other.id() + " and in " + network.id()
                                    + "; ids must be unique"));
                }
            }
        }
        return problems;
    }

    private static Path resolve(Path base, Path path) {
        return base.resolve(path).normalize();
    }
}
