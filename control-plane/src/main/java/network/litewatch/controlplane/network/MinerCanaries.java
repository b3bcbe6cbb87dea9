package network.litewatch.controlplane.network;

import java.util.Optional;
import network.litewatch.controlplane.sampling.CanaryPolicy;
import network.litewatch.probe.miner.CanarySettings;

/**
 * What the miners of a network are sent, and how often.
 *
 * @param settings without the seed, which is the service's own
 * @param policy empty where canaries are sent at every slot of their pace
 */
public record MinerCanaries(CanarySettings settings, Optional<CanaryPolicy> policy) {
    public static final MinerCanaries DEFAULT = new MinerCanaries(CanarySettings.DEFAULT, Optional.empty());
}
