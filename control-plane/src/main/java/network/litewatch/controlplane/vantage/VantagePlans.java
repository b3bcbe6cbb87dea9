package network.litewatch.controlplane.vantage;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.Standing;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.router.RouterMinersProbe;
import network.litewatch.probe.router.RouterSessionsProbe;
import network.litewatch.probe.rpc.ChainCanaryProbe;
import network.litewatch.probe.rpc.NodeCountersProbe;
import network.litewatch.probe.rpc.StakeProbe;

/** Which of the service's plans each agent runs too. Thread-safe when the suppliers are. */
public final class VantagePlans {
    /** How long an agent that is cut off goes on with the plan it has. */
    static final Duration VALIDITY = Duration.ofDays(1);

    private static final Set<TargetKind> OUR_OWN =
            Set.of(TargetKind.CHAIN, TargetKind.VANTAGE, TargetKind.SLO, TargetKind.DRILL);

    private final Map<Vantage, VantageSettings.Agent> agents = new HashMap<>();
    private final Supplier<List<Network>> networks;
    private final Supplier<List<ProbePlan>> plans;

    /** What only our own stores know, or is judged by what only they do. */
    private static final Set<ProbeId> OURS = Set.of(
            Standing.SCORE,
            Standing.FLEET,
            EvidenceReader.DEADLINES,
            StakeProbe.ID,
            RouterMinersProbe.ID,
            NodeCountersProbe.ID);

    /** Selections out of {@code networks} and {@code plans}, which are asked each time. */
    public VantagePlans(
            List<VantageSettings.Agent> agents, Supplier<List<Network>> networks, Supplier<List<ProbePlan>> plans) {
        agents.forEach(agent -> this.agents.put(agent.vantage(), agent));
        this.networks = networks;
        this.plans = plans;
    }

    /** Vantages that have an agent. */
    public Set<Vantage> vantages() {
        return Set.copyOf(agents.keySet());
    }

    /** What the agent of {@code vantage} runs; empty where no such vantage is configured. */
    public Optional<PlanDocument> of(Vantage vantage) {
        VantageSettings.Agent agent = agents.get(vantage);
        if (agent == null) {
            return Optional.empty();
        }
        List<ProbePlan> own = plans.get().stream()
                .filter(plan ->
                        canRunElsewhere(plan.target()) && !plan.probe().id().equals(ChainCanaryProbe.ID))
                .filter(plan -> !spends(plan) && !OURS.contains(plan.probe().id()))
                .filter(plan -> agent.wants(plan.target(), plan.probe().id().value()))
                .sorted(Comparator.comparing(ProbePlan::name))
                .toList();
        Set<Target> checked = own.stream()
                .filter(plan -> plan.probe().id().equals(RouterSessionsProbe.ID))
                .map(ProbePlan::target)
                .collect(Collectors.toCollection(HashSet::new));
        Set<NetworkId> asked = own.stream().map(plan -> plan.target().network()).collect(Collectors.toSet());
        return Optional.of(new PlanDocument(
                vantage,
                VALIDITY,
                networks.get().stream()
                        .filter(network -> asked.contains(network.id()))
                        .collect(Collectors.toMap(Network::id, Network::privateRanges)),
                own.stream()
                        .map(plan -> new PlanDocument.Planned(
                                plan.probe().id(),
                                checked.contains(plan.target()) ? plan.target() : withoutWitness(plan.target()),
                                plan.interval(),
                                plan.timeout()))
                        .toList()));
    }

    /** What the agent of {@code vantage} runs, as {@link ProbePlan#name} has it; nothing where no such vantage is configured. */
    public Set<String> names(Vantage vantage) {
        return of(vantage).stream()
                .flatMap(plan -> plan.plans().stream())
                .map(planned -> planned.probe() + "@" + planned.target().id())
                .collect(Collectors.toSet());
    }

    /** Whether {@code target}'s parameters name a file, which is on this machine only. */
    static boolean needsFile(Target target) {
        return target.parameters().keySet().stream().anyMatch(name -> name.endsWith("_file"));
    }

    /** A canary whose budget, or whose round of prompts, only this service knows. */
    private boolean spends(ProbePlan plan) {
        CanaryKind kind = CanaryKind.of(plan.probe().id()).orElse(null);
        return kind == CanaryKind.IDENTITY
                || (kind != null
                        && networks.get().stream()
                                .filter(network ->
                                        network.id().equals(plan.target().network()))
                                .anyMatch(network ->
                                        network.minerCanaries().policy().isPresent()));
    }

    /** What is judged from our own stores, or with our own files, is asked here only; what spends our money too. */
    private static boolean canRunElsewhere(Target target) {
        return !OUR_OWN.contains(target.kind()) && !needsFile(target);
    }

    /** The URL of a witness is a secret of its own: it goes only where a probe asks it. */
    private static Target withoutWitness(Target target) {
        return new Target(
                target.id(),
                target.kind(),
                target.network(),
                target.url(),
                target.token(),
                target.labels(),
                target.parameters());
    }
}
