package network.litewatch.probe.router;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpRequest;

/**
 * Asks a router which miners it lists, and says which of those that are configured behind it are missing. Whether a miner is there, or at
 * work, others know: what the router says is a claim, and no run of this fails. A list that cannot be read is inconclusive.
 *
 * <p>What a node of the list looks like is not public: a miner is in it when its {@value #ADDRESS}, or the text of its
 * parameter {@value #LISTED_AS}, is a key of the list or a text of a node.
 */
public final class RouterMinersProbe implements Probe {
    public static final ProbeId ID = new ProbeId("router.miners");

    /** Parameter of a miner: its address on the chain. */
    public static final String ADDRESS = "address";

    /** Parameter of a miner: what stands for it in its router's list, where that is not its address. */
    public static final String LISTED_AS = "listed_as";

    /** Evidence: the miners that are missing from the list, by their ids, apart by spaces; at most {@value MinersReading#NAMED}. */
    public static final String UNLISTED = "unlisted";

    /** Evidence: the miners behind the router that cannot be looked for in the list, as {@link #UNLISTED} is written. */
    public static final String UNKNOWN = "unknown";

    /** Evidence, {@code true}: there are more than those that are named. */
    public static final String CUT = "cut";

    // Three hundred bytes for each of some thousand nodes.
    private static final int BODY_BYTES = 4 << 20;
    private static final String ROUTER = "router";

    private final HttpExchanger exchanger;
    private final Supplier<List<Target>> targets;

    /**
     * A miner whose place in the list is looked for.
     *
     * @param address in lower case; empty where it is not known
     * @param listedAs in lower case; empty where the address stands for it
     */
    public record Miner(TargetId id, String address, String listedAs) {
        boolean hasName() {
            return !address.isEmpty() || !listedAs.isEmpty();
        }
    }

    /** A probe that looks for the miners among {@code targets}, asked for anew with each run. */
    public RouterMinersProbe(HttpExchanger exchanger, Supplier<List<Target>> targets) {
        this.exchanger = exchanger;
        this.targets = targets;
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.ROUTER;
    }

    @Override
    public boolean suits(Target target) {
        return target.kind() == kind() && miners(target.id()).stream().anyMatch(Miner::hasName);
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        HttpRequest list = new HttpRequest(
                "GET",
                target.url().resolve(RouterRoute.MINERS.path()),
                target.token(),
                Optional.empty(),
                "application/json",
                timeout,
                BODY_BYTES);
        return exchanger.exchange(list).thenApply(answer -> MinersReading.of(answer, miners(target.id())));
    }

    /** The miners behind a router. */
    public List<Miner> miners(TargetId router) {
        return targets.get().stream()
                .filter(target -> target.kind() == TargetKind.MINER)
                .filter(target -> router.value().equals(target.parameters().get(ROUTER)))
                .map(target -> new Miner(
                        target.id(), text(target.parameters(), ADDRESS), text(target.parameters(), LISTED_AS)))
                .toList();
    }

    private static String text(Map<String, String> parameters, String name) {
        return parameters.getOrDefault(name, "").toLowerCase(Locale.ROOT);
    }
}
