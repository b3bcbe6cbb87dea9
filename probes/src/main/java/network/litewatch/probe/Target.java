package network.litewatch.probe;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One thing probed.
 *
 * @param url where it is asked; for a miner, its router
 * @param token bearer token for {@code url}, when it wants one
 * @param labels what people group by: operator, region, gpu_class, model, tier. Claims of the configuration, bounded
 * @param parameters what its probes need to know about this target alone, for example {@code session} of a miner
 * @param witness another target that is asked to check what this one says, such as an RPC beside a router
 */
public record Target(
        TargetId id,
        TargetKind kind,
        NetworkId network,
        SecretUrl url,
        Optional<Secret> token,
        Map<String, String> labels,
        Map<String, String> parameters,
        Optional<Target> witness) {
    public Target {
        Objects.requireNonNull(id, "id");
        labels = Map.copyOf(labels);
        parameters = Map.copyOf(parameters);
    }

    /** A target without a witness. */
    public Target(
            TargetId id,
            TargetKind kind,
            NetworkId network,
            SecretUrl url,
            Optional<Secret> token,
            Map<String, String> labels,
            Map<String, String> parameters) {
        this(id, kind, network, url, token, labels, parameters, Optional.empty());
    }

    /** The same target with another that is asked to check what it says. */
    public Target withWitness(Target other) {
        return new Target(id, kind, network, url, token, labels, parameters, Optional.of(other));
    }

    /** The same target with one more label. */
    public Target withLabel(String name, String value) {
        Map<String, String> more = new HashMap<>(labels);
        more.put(name, value);
        return new Target(id, kind, network, url, token, more, parameters, witness);
    }
}
