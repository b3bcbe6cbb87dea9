package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
import org.web3j.protocol.core.BatchRequest;

/**
 * Asks the staking pool what is staked for a miner: {@code shares(address)}, and the chain's id, in one batch, of the target's witness, an
 * RPC of the chain that the pool is on. Whatever the RPC does wrong is inconclusive: it says nothing of the miner.
 */
public final class StakeProbe implements Probe {
    public static final ProbeId ID = new ProbeId("miner.stake");

    /** Target parameter: the address that staked, which need not be the node's. */
    public static final String STAKER = "staker";

    /** Parameter of the witness: the pool's address. */
    public static final String POOL = "pool";

    /** Parameter of the witness: the chain's id. */
    public static final String CHAIN_ID = "chain_id";

    // First four bytes of keccak of "shares(address)".
    static final String SHARES = "0xce7c2ac2";

    private static final BigDecimal UNIT = BigDecimal.TEN.pow(18);
    private static final Pattern WORDS = Pattern.compile("0x[0-9a-fA-F]{128}");
    private static final int WORD = 64;

    private final HttpExchanger exchanger;
    private final InstantSource time;

    /** {@code time} tells the age of a stake. */
    public StakeProbe(HttpExchanger exchanger, InstantSource time) {
        this.exchanger = exchanger;
        this.time = time;
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
                && target.parameters().containsKey(STAKER)
                && target.witness().isPresent();
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Target rpc = target.witness().orElse(null);
        if (rpc == null) {
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.PROBER_ERROR, "no RPC of the staking chain is configured")));
        }
        String staker = target.parameters().getOrDefault(STAKER, "");
        GuardedWeb3jService service = new GuardedWeb3jService(exchanger, rpc, timeout);
        Map<String, String> call = Map.of(
                "to",
                rpc.parameters().getOrDefault(POOL, ""),
                "data",
                SHARES + "0".repeat(24) + staker.substring(2).toLowerCase(Locale.ROOT));
        BatchRequest batch = new BatchRequest(service)
                .add(RpcCalls.request(service, "eth_chainId"))
                .add(RpcCalls.request(service, "eth_call", call, "latest"));
        return RpcCalls.ask(batch).handle((answers, failure) -> {
            Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
            Outcome outcome = failure == null
                    ? read(answers, rpc.parameters().getOrDefault(CHAIN_ID, ""), measurements)
                    : RpcRefusal.outcomeOf(failure);
            service.addRetryAfter(measurements);
            return new Finding(notTheMiners(outcome), service.phases(), measurements, Map.of("staker", staker));
        });
    }

    private Outcome read(List<RawResponse> answers, String chainId, Map<Measurement, Double> measurements) {
        try {
            long chain = RpcCalls.quantity(RpcCalls.result(answers.get(0)));
            if (!Long.toString(chain).equals(chainId)) {
                return Outcome.failed(Reason.WRONG_CHAIN, "chain " + chain + " instead of " + chainId);
            }
            JsonNode result = RpcCalls.result(answers.get(1));
            if (!WORDS.matcher(result.asText("")).matches()) {
                return Outcome.failed(Reason.SHAPE_CHANGED, "shares(address) gave no amount and time");
            }
            String words = result.asText("").substring(2);
            BigInteger amount = new BigInteger(words.substring(0, WORD), 16);
            BigInteger since = new BigInteger(words.substring(WORD), 16);
            measurements.put(
                    Measurement.STAKE_AMOUNT,
                    new BigDecimal(amount).divide(UNIT, MathContext.DECIMAL64).doubleValue());
            if (since.signum() > 0 && since.bitLength() < Integer.SIZE * 2 - 1) {
                double age = time.instant().getEpochSecond() - since.doubleValue();
                measurements.put(Measurement.STAKE_AGE, Math.max(0, age));
            }
            return Outcome.ok();
        } catch (RpcRefusal refusal) {
            return RpcRefusal.outcomeOf(refusal);
        }
    }

    private static Outcome notTheMiners(Outcome outcome) {
        return outcome.kind() == Outcome.Kind.FAILED
                ? Outcome.inconclusive(Reason.PATH_UNHEALTHY, outcome.reason().label() + ": " + outcome.detail())
                : outcome;
    }
}
