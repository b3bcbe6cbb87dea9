package network.litewatch.probe.catalogue;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.chain.LogsRangeProbe;
import network.litewatch.probe.edge.DnsProbe;
import network.litewatch.probe.edge.HttpProbe;
import network.litewatch.probe.edge.TcpProbe;
import network.litewatch.probe.edge.TlsProbe;
import network.litewatch.probe.edge.WebSocketProbe;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.indexer.IndexerClaimsProbe;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanarySettings;
import network.litewatch.probe.miner.MinerCanaryProbe;
import network.litewatch.probe.router.RouterExposureProbe;
import network.litewatch.probe.router.RouterSessionsProbe;
import network.litewatch.probe.router.RouterStatusProbe;
import network.litewatch.probe.rpc.RetryablesProbe;
import network.litewatch.probe.rpc.RollupParentProbe;
import network.litewatch.probe.rpc.RpcConsistencyProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;
import network.litewatch.probe.rpc.RpcSubscriptionProbe;
import network.litewatch.probe.rpc.SequencerFeedProbe;
import network.litewatch.probe.rpc.StakeProbe;
import network.litewatch.probe.rpc.WalletProbe;
import network.litewatch.probe.rpc.WalletTransactionsProbe;

/** Every probe, by its id. Immutable. */
public final class Probes {
    private final Map<ProbeId, Probe> byId;

    /**
     * All probes over one client.
     *
     * @param time wall clock, for the age of a head and the life of a certificate
     * @param nanos monotonic clock, the client's
     * @param random for the canaries' numbers; used by nobody else
     * @param canaries what those ask
     */
    public Probes(
            GuardedClient client,
            InstantSource time,
            LongSupplier nanos,
            RandomGenerator random,
            CanarySettings canaries) {
        HttpExchanger exchanger = client.http();
        List<Probe> all = List.of(
                new RpcHeadProbe(exchanger, time),
                new RpcConsistencyProbe(exchanger, nanos),
                new LogsRangeProbe(exchanger, nanos),
                new RollupParentProbe(exchanger, nanos),
                new RetryablesProbe(exchanger, nanos),
                new WalletTransactionsProbe(exchanger, nanos),
                new WalletProbe(exchanger, nanos),
                new StakeProbe(exchanger, time),
                new RpcSubscriptionProbe(client.webSockets(), exchanger),
                new SequencerFeedProbe(client.webSockets(), exchanger),
                new RouterStatusProbe(exchanger, nanos),
                new RouterExposureProbe(exchanger, nanos),
                new RouterSessionsProbe(exchanger, nanos),
                new IndexerClaimsProbe(exchanger, time, nanos),
                new MinerCanaryProbe(exchanger, random, time, nanos, CanaryKind.PING, canaries),
                new MinerCanaryProbe(exchanger, random, time, nanos, CanaryKind.RATE, canaries),
                new MinerCanaryProbe(exchanger, random, time, nanos, CanaryKind.IDENTITY, canaries),
                new HttpProbe(exchanger, time),
                new TcpProbe(client.sockets()),
                new TlsProbe(client.sockets(), time),
                new DnsProbe(client.sockets()),
                new WebSocketProbe(client.webSockets(), time));
        this.byId = all.stream().collect(Collectors.toUnmodifiableMap(Probe::id, Function.identity()));
    }

    public Map<ProbeId, Probe> byId() {
        return byId;
    }

    /** The probe of that name, if there is one. */
    public Optional<Probe> find(ProbeId id) {
        return Optional.ofNullable(byId.get(id));
    }
}
