package network.litewatch.controlplane.network;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.chain.AbiVersion;
import network.litewatch.probe.rpc.CanaryAccount;

/**
 * One chain environment as configured.
 *
 * @param chainId EIP-155 chain id that every RPC of the network must answer
 * @param blockTime nominal time from block to block
 * @param contracts addresses by contract name; absent where none is publicly known
 * @param enums names of on-chain enum values, by enum and value, because deployments differ
 * @param privateRanges CIDR ranges below which targets may lie although they are private or loopback
 * @param indexing how its chain is read, by the target of kind chain
 * @param canaries the accounts that send transactions of ours, by their targets of kind wallet
 * @param minerCanaries what its miners are sent, and how often
 * @param pace how often each kind of question is asked here; a probe without a pace is not asked
 */
public record Network(
        NetworkId id,
        String title,
        long chainId,
        Duration blockTime,
        Map<String, String> contracts,
        Map<String, Map<String, String>> enums,
        List<String> privateRanges,
        List<Target> targets,
        Map<ProbeId, Pace> pace,
        Indexing indexing,
        Map<TargetId, CanaryAccount> canaries,
        MinerCanaries minerCanaries) {
    /**
     * How the chain is read.
     *
     * @param abi version of the contracts' events
     * @param startBlock the first block to read; empty for the head at the first start
     */
    public record Indexing(AbiVersion abi, OptionalLong startBlock) {
        /** The newest events, from the head on. */
        public static final Indexing DEFAULT = new Indexing(AbiVersion.newest(), OptionalLong.empty());
    }

    /** Parameter of an RPC: what its provider allows, as {@link Quota#text} writes it. */
    public static final String QUOTA = "quota";

    /** Calls that a provider allows in a time; both positive. */
    public record Quota(long calls, Duration per) {
        /** {@code calls/seconds}. */
        public String text() {
            return calls + "/" + per.toSeconds();
        }

        /** Reads what {@link #text} wrote. */
        public static Quota parse(String text) {
            int slash = text.indexOf('/');
            return new Quota(
                    Long.parseLong(text.substring(0, slash)),
                    Duration.ofSeconds(Long.parseLong(text.substring(slash + 1))));
        }
    }

    public Network {
        contracts = Map.copyOf(contracts);
        enums = Map.copyOf(enums);
        privateRanges = List.copyOf(privateRanges);
        targets = List.copyOf(targets);
        pace = Map.copyOf(pace);
        canaries = Map.copyOf(canaries);
    }

    /**
     * How often a question is asked, and what is kept of the answers.
     *
     * @param interval from slot to slot
     * @param timeout total deadline of a run
     * @param perTarget whether {@code /metrics} has series for each target, and not only for the probe as a whole
     */
    public record Pace(Duration interval, Duration timeout, Storing storing, boolean perTarget) {}
}
