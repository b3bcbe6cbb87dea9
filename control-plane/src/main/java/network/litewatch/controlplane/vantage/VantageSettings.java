package network.litewatch.controlplane.vantage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.network.Network;
import network.litewatch.probe.Target;
import network.litewatch.probe.Vantage;
import org.jspecify.annotations.Nullable;

/**
 * From where is asked: the section {@code vantages} of the configuration.
 *
 * @param witnesses what this node must reach, any of them, before it charges a target with a failure of the way there: tcp://, http://
 *     or https:// URLs; without any it trusts its own network
 * @param agents vantages elsewhere
 */
public record VantageSettings(
        @NotNull List<String> witnesses, @Valid @NotNull List<Agent> agents) {
    public static final VantageSettings NONE = new VantageSettings(List.of(), List.of());

    @JsonCreator
    static VantageSettings of(
            @JsonProperty("witnesses") @Nullable List<String> witnesses,
            @JsonProperty("agents") @Nullable List<Agent> agents) {
        return new VantageSettings(orEmpty(witnesses), orEmpty(agents));
    }

    /**
     * One vantage elsewhere. What it runs is all plans that fit each of the three lists; an empty list fits everything.
     *
     * @param name its vantage, and the name of its token
     */
    public record Agent(
            @Pattern(regexp = "[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?") @NotNull
            String name,

            @NotNull List<String> networks,
            @NotNull List<String> probes,
            @NotNull List<String> targets) {
        @JsonCreator
        static Agent of(
                @JsonProperty("name") String name,
                @JsonProperty("networks") @Nullable List<String> networks,
                @JsonProperty("probes") @Nullable List<String> probes,
                @JsonProperty("targets") @Nullable List<String> targets) {
            return new Agent(name, orEmpty(networks), orEmpty(probes), orEmpty(targets));
        }

        public Vantage vantage() {
            return new Vantage(name);
        }

        boolean wants(Target target, String probe) {
            return fits(networks, target.network().value())
                    && fits(probes, probe)
                    && fits(targets, target.id().value());
        }

        private static boolean fits(List<String> names, String name) {
            return names.isEmpty() || names.contains(name);
        }
    }

    /** What does not go together with the rest of the configuration, one line each; {@code node} is this node's own vantage. */
    public List<String> problems(String node, AuthSettings auth, List<Network> networks) {
        List<String> problems = new ArrayList<>();
        witnesses.forEach(witness -> Connectivity.problem(witness)
                .ifPresent(problem -> problems.add("vantages.witnesses: \"" + witness + "\" " + problem)));
        Set<String> names = new HashSet<>(Set.of(node));
        for (int i = 0; i < agents.size(); i++) {
            Agent agent = agents.get(i);
            String at = "vantages.agents[" + i + "]";
            if (!names.add(agent.name())) {
                problems.add(at + ".name: \"" + agent.name() + "\" is the name of another vantage");
            }
            agent.networks().forEach(name -> {
                if (networks.stream().noneMatch(n -> n.id().value().equals(name))) {
                    problems.add(at + ".networks: \"" + name + "\" is no network of files.networks");
                }
            });
            agent.probes().forEach(name -> {
                if (networks.stream()
                        .noneMatch(n -> n.pace().keySet().stream()
                                .anyMatch(p -> p.value().equals(name)))) {
                    problems.add(at + ".probes: \"" + name + "\" has no pace in any network");
                }
            });
            agent.targets().forEach(name -> targetProblem(name, networks).ifPresent(p -> problems.add(at + p)));
        }
        auth.tokens().stream()
                .filter(token -> token.role().equals(Role.DELIVER))
                .filter(token -> agents.stream().noneMatch(agent -> agent.name().equals(token.name())))
                .forEach(token -> problems.add("auth.tokens: the agent \"" + token.name()
                        + "\" is no vantage; add it to vantages.agents, as {name: " + token.name() + "}"));
        return problems;
    }

    private static Optional<String> targetProblem(String name, List<Network> networks) {
        Target target = networks.stream()
                .flatMap(n -> n.targets().stream())
                .filter(t -> t.id().value().equals(name))
                .findFirst()
                .orElse(null);
        if (target == null) {
            return Optional.of(".targets: \"" + name + "\" is no target of any network");
        }
        return VantagePlans.needsFile(target)
                ? Optional.of(".targets: \"" + name + "\" reads a file of this machine (a parameter that"
                        + " ends in _file), which no agent has")
                : Optional.empty();
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
