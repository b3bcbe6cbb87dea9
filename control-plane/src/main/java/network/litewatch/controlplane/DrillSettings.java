package network.litewatch.controlplane;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.controlplane.config.ConfidentialUrl;
import network.litewatch.controlplane.drill.Drill.Tier;
import network.litewatch.probe.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Where and how runbooks are rehearsed.
 *
 * @param injectors what makes faults in a network, by the network's id
 * @param journals folder of the signed journals; empty to keep none as files
 * @param scheduled whether drills that have a schedule are begun by it; absent for not
 */
record DrillSettings(
        @Valid @NotNull Map<String, InjectorSettings> injectors,
        @NotNull String journals,
        boolean scheduled) {
    static final DrillSettings NONE = new DrillSettings(Map.of(), "", false);

    /**
     * What makes faults in a network, by its HTTP API.
     *
     * @param url of that API, without a path; empty where nothing makes any
     * @param token that it asks for; empty for none
     * @param tier of what is broken there; absent for ci
     */
    record InjectorSettings(
            @NotNull String url,
            @Nullable String token,
            @JsonProperty @Nullable Tier tier) {
        @Override
        public Tier tier() {
            return tier == null ? Tier.CI : tier;
        }

        Optional<Secret> bearer() {
            return Optional.ofNullable(token).filter(text -> !text.isEmpty()).map(Secret::new);
        }

        /** Prints no token. */
        @Override
        public String toString() {
            return "Injector[" + tier() + "]";
        }
    }

    /** The networks in which drills may break something that are not of tier production. */
    Set<String> places() {
        Set<String> places = new TreeSet<>();
        injectors.forEach((network, injector) -> {
            if (injector.tier() != Tier.PRODUCTION) {
                places.add(network);
            }
        });
        return places;
    }

    /** What is wrong with it, each with its field; repeats no secret. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        injectors.forEach((network, injector) -> {
            try {
                if (!injector.url().isEmpty()) {
                    ConfidentialUrl.parse(injector.url());
                }
            } catch (IllegalArgumentException e) {
                problems.add("drills.injectors." + network + ".url: " + e.getMessage());
            }
            if (injector.tier() == Tier.PRODUCTION
                    && !injector.url().isEmpty()
                    && injector.bearer().isEmpty()) {
                problems.add("drills.injectors." + network
                        + ".token: is empty, and what breaks something of tier production must ask for one");
            }
        });
        return problems;
    }
}
