package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
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
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;

/**
 * Asks an RPC for the balance of a wallet that pays for gas, and for its transaction counts at the latest block and with what is
 * pending: in one batch, so that one backend answers all three and their difference is no artefact of a balancer.
 *
 * <p>Reads the target parameters {@code address} and {@code floor} (in ether of the chain, default {@value #DEFAULT_FLOOR}).
 * Where a Multicall3 contract is named, the balance comes from one call for all wallets of the RPC instead, at most
 * {@value WalletBalances#KEPT_SECONDS} s old, and only the counts are a batch; a wallet that the contract says nothing of is asked for as
 * above. Whatever the RPC does wrong is inconclusive: it says nothing of the wallet.
 */
public final class WalletProbe implements Probe {
    public static final ProbeId ID = new ProbeId("wallet.gas");

    /** Target parameter: the wallet's address. */
    public static final String ADDRESS = "address";

    /** Target parameter: the balance that it should never fall below, in ether. */
    public static final String FLOOR = "floor";

    /** Target parameter, optional: address of the chain's Multicall3 contract. */
    public static final String MULTICALL = "multicall3";

    /** Target parameter, with {@link #MULTICALL}: all wallets that are asked for at this RPC, with a space between. */
    public static final String WALLETS = "wallets";

    // The fallback of Arbitrum's own batch poster monitor.
    private static final String DEFAULT_FLOOR = "0.1";
    private static final BigDecimal WEI = BigDecimal.TEN.pow(18);
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,64}");

    private final HttpExchanger exchanger;

    private final WalletBalances balances;

    /** A probe that keeps a round of balances as long as {@code nanos}, a monotonic clock, says. */
    public WalletProbe(HttpExchanger exchanger, LongSupplier nanos) {
        this.exchanger = exchanger;
        this.balances = new WalletBalances(exchanger, nanos);
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.WALLET;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        String address = target.parameters().getOrDefault(ADDRESS, "");
        String multicall = target.parameters().get(MULTICALL);
        return multicall == null
                ? run(target, timeout, address, Optional.empty())
                : balances.of(target, multicall, address, timeout.dividedBy(2))
                        .thenCompose(known -> run(target, timeout.dividedBy(2), address, known));
    }

    private CompletableFuture<Finding> run(
            Target target, Duration timeout, String address, Optional<BigInteger> balance) {
        BigDecimal floor = new BigDecimal(target.parameters().getOrDefault(FLOOR, DEFAULT_FLOOR));
        GuardedWeb3jService service = new GuardedWeb3jService(exchanger, target, timeout);
        BatchRequest batch = new BatchRequest(service);
        if (balance.isEmpty()) {
            batch.add(ask("eth_getBalance", address, "latest", service));
        }
        return batch.add(ask("eth_getTransactionCount", address, "latest", service))
                .add(ask("eth_getTransactionCount", address, "pending", service))
                .sendAsync()
                .handle((answers, failure) -> {
                    Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
                    Outcome outcome = failure == null
                            ? read(answers.getResponses(), balance, floor, measurements)
                            : RpcRefusal.outcomeOf(failure);
                    service.addRetryAfter(measurements);
                    return new Finding(notTheWallets(outcome), service.phases(), measurements, Map.of());
                });
    }

    private static Request<String, RawResponse> ask(
            String method, String address, String block, GuardedWeb3jService service) {
        return new Request<>(method, List.of(address, block), service, RawResponse.class);
    }

    private static Outcome read(
            List<? extends Response<?>> answers,
            Optional<BigInteger> known,
            BigDecimal floor,
            Map<Measurement, Double> measurements) {
        for (var answer : answers) {
            if (answer.hasError()) {
                return RpcErrors.ofError(
                        answer.getError().getCode(),
                        String.valueOf(answer.getError().getMessage()));
            }
        }
        int counts = answers.size() - 2;
        Optional<BigInteger> balance = known.or(() -> quantity((RawResponse) answers.get(0)));
        Optional<BigInteger> latest = quantity((RawResponse) answers.get(counts));
        Optional<BigInteger> pending = quantity((RawResponse) answers.get(counts + 1));
        if (balance.isEmpty() || latest.isEmpty() || pending.isEmpty()) {
            return Outcome.failed(Reason.SHAPE_CHANGED, "a balance or a transaction count is no quantity");
        }
        measurements.put(Measurement.WALLET_BALANCE, balance.get().doubleValue());
        if (floor.signum() > 0) {
            measurements.put(
                    Measurement.WALLET_FLOOR_RATIO,
                    balance.get().doubleValue() / floor.multiply(WEI).doubleValue());
        }
        measurements.put(Measurement.WALLET_NONCE, latest.get().doubleValue());
        measurements.put(
                Measurement.WALLET_PENDING,
                Math.max(0, pending.get().subtract(latest.get()).doubleValue()));
        return Outcome.ok();
    }

    private static Outcome notTheWallets(Outcome outcome) {
        return outcome.kind() == Outcome.Kind.FAILED
                ? Outcome.inconclusive(Reason.PATH_UNHEALTHY, outcome.reason().label() + ": " + outcome.detail())
                : outcome;
    }

    private static Optional<BigInteger> quantity(RawResponse answer) {
        @Nullable JsonNode result = answer.getResult();
        String text = result == null ? "" : result.asText("");
        return QUANTITY.matcher(text).matches() ? Optional.of(new BigInteger(text.substring(2), 16)) : Optional.empty();
    }
}
