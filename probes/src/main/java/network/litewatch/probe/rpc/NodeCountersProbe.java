package network.litewatch.probe.rpc;

import java.math.BigInteger;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import org.web3j.crypto.Hash;

/**
 * Asks the chain what it counts of a node: CognitiveLevel's {@code getNodeData}, and a score where the network file names a contract and
 * a function for it. One batch asks for all nodes of a network at once. For miners with an address; whatever an RPC does wrong, and a
 * node that is not registered, is inconclusive.
 */
public final class NodeCountersProbe implements Probe {
    public static final ProbeId ID = new ProbeId("miner.counters");

    /** Target parameter: the node's address on the chain. */
    public static final String ADDRESS = "address";

    /** Target parameter: the address of CognitiveLevel. */
    public static final String CONTRACT = "level_contract";

    /** Target parameter, optional: the address of a contract that gives nodes a score. */
    public static final String SCORE_CONTRACT = "score_contract";

    /** Target parameter, with {@link #SCORE_CONTRACT}: selector of its function, as {@link #selector} gives it. */
    public static final String SCORE_FUNCTION = "score_function";

    /** Target parameter, with {@link #SCORE_CONTRACT}: the score of a node without fault, a positive whole number. */
    public static final String SCORE_SCALE = "score_scale";

    /** {@code getNodeData(address)}. */
    static final String NODE_DATA = "0x38fc1090";

    private static final String RPC = "rpc";
    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,60}\\(address\\)");
    private static final Pattern TUPLE = Pattern.compile("0x[0-9a-fA-F]{640}");
    private static final Pattern WORD = Pattern.compile("0x[0-9a-fA-F]{64}(?:[0-9a-fA-F]{64})*+");
    private static final int DIGITS = 64;
    private static final int LEVEL = 1;
    private static final int REGISTERED = 3;
    private static final int TOTAL = 6;
    private static final int SUCCESSFUL = 7;
    private static final int FAILED = 8;

    private final NodeRounds rounds;
    private final Supplier<List<Target>> targets;

    /**
     * A probe of the miners among {@code targets}, through the RPCs among them.
     *
     * @param nanos monotonic clock
     */
    public NodeCountersProbe(HttpExchanger exchanger, LongSupplier nanos, Supplier<List<Target>> targets) {
        this.rounds = new NodeRounds(exchanger, nanos, targets);
        this.targets = targets;
    }

    /**
     * What a call of the function begins with.
     *
     * @throws IllegalArgumentException when {@code signature} is not that of a function of one address
     */
    public static String selector(String signature) {
        if (!FUNCTION.matcher(signature).matches()) {
            throw new IllegalArgumentException(
                    "must be the signature of a function of one address, as getScore(address)");
        }
        return Hash.sha3String(signature).substring(0, 10);
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.MINER;
    }

    @Override
    public boolean suits(Target target) {
        return target.kind() == TargetKind.MINER
                && target.parameters().containsKey(CONTRACT)
                && target.parameters().containsKey(ADDRESS)
                && rpc(target, targets.get()).isPresent();
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Target rpc = rpc(target, targets.get()).orElse(null);
        if (rpc == null) {
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.PROBER_ERROR, "the network has no RPC any more")));
        }
        return rounds.of(rpc, target, timeout).thenApply(answer -> {
            Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
            Outcome outcome = answer.refused().orElseGet(() -> read(target, answer, measurements));
            return new Finding(outcome, Map.of(), measurements, Map.of());
        });
    }

    /** The RPC that the miner's router uses, else the first. */
    static Optional<Target> rpc(Target miner, List<Target> targets) {
        List<Target> rpcs = targets.stream()
                .filter(target -> target.kind() == TargetKind.RPC)
                .toList();
        return rpcs.stream()
                .filter(rpc -> rpc.id().value().equals(miner.labels().get(RPC)))
                .findFirst()
                .or(() -> rpcs.stream().findFirst());
    }

    private static Outcome read(Target target, NodeRounds.Answer answer, Map<Measurement, Double> measurements) {
        String data = answer.data();
        if (!TUPLE.matcher(data).matches()) {
            return Outcome.inconclusive(Reason.SHAPE_CHANGED, "getNodeData does not return the tuple that we know");
        }
        String address = target.parameters().getOrDefault(ADDRESS, "").toLowerCase(Locale.ROOT);
        if (word(data, REGISTERED).signum() == 0
                || !data.toLowerCase(Locale.ROOT).startsWith(address.substring(2), 26)) {
            return Outcome.inconclusive(Reason.MISSING_DATA, "the node is not registered at CognitiveLevel");
        }
        BigInteger total = word(data, TOTAL);
        BigInteger good = word(data, SUCCESSFUL);
        BigInteger failed = word(data, FAILED);
        if (total.bitLength() > 52 || good.add(failed).compareTo(total) > 0) {
            return Outcome.inconclusive(Reason.SHAPE_CHANGED, "more tasks succeeded and failed than there were");
        }
        measurements.put(Measurement.ONCHAIN_TASKS, total.doubleValue());
        measurements.put(Measurement.ONCHAIN_SUCCESSES, good.doubleValue());
        measurements.put(Measurement.ONCHAIN_FAILURES, failed.doubleValue());
        measurements.put(Measurement.ONCHAIN_LEVEL, word(data, LEVEL).doubleValue());
        String scale = target.parameters().get(SCORE_SCALE);
        if (scale != null && WORD.matcher(answer.score()).matches()) {
            measurements.put(
                    Measurement.ONCHAIN_SCORE, word(answer.score(), 0).doubleValue() / Double.parseDouble(scale));
        }
        return Outcome.ok();
    }

    private static BigInteger word(String data, int index) {
        int from = 2 + index * DIGITS;
        return new BigInteger(data.substring(from, from + DIGITS), 16);
    }
}
