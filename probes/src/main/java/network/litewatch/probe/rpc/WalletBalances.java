package network.litewatch.probe.rpc;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.HttpExchanger;
import org.web3j.protocol.core.Request;

/**
 * The balances of all wallets that are asked for at one RPC, read with one call of its chain's Multicall3. The first wallet of a round
 * asks for all; whoever comes within {@value #KEPT_SECONDS} s has the same answer. Thread-safe.
 */
final class WalletBalances {
    static final int KEPT_SECONDS = 30;

    private static final Pattern BETWEEN = Pattern.compile("\\s+");

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;
    private final Map<Asked, Round> rounds = new ConcurrentHashMap<>();

    WalletBalances(HttpExchanger exchanger, LongSupplier nanos) {
        this.exchanger = exchanger;
        this.nanos = nanos;
    }

    /** Where, through which contract, and for whom. */
    private record Asked(SecretUrl url, String contract, String wallets) {}

    private record Round(long since, CompletableFuture<Map<String, BigInteger>> balances) {}

    /** The balance of {@code address} in wei; empty when the contract does not say. Never fails. */
    CompletableFuture<Optional<BigInteger>> of(Target target, String contract, String address, Duration timeout) {
        String wallets =
                target.parameters().getOrDefault(WalletProbe.WALLETS, address).toLowerCase(Locale.ROOT);
        long now = nanos.getAsLong();
        Asked asked = new Asked(target.url(), contract, wallets);
        CompletableFuture<Map<String, BigInteger>> mine = new CompletableFuture<>();
        Round round = rounds.compute(
                asked,
                (key, last) -> last != null
                                && now - last.since()
                                        < Duration.ofSeconds(KEPT_SECONDS).toNanos()
                        ? last
                        : new Round(now, mine));
        if (round.balances() == mine) {
            var unused = ask(target, contract, Arrays.asList(BETWEEN.split(wallets)), timeout)
                    .exceptionally(failure -> Map.of())
                    .thenAccept(mine::complete);
        }
        return round.balances().thenApply(all -> Optional.ofNullable(all.get(address.toLowerCase(Locale.ROOT))));
    }

    private CompletableFuture<Map<String, BigInteger>> ask(
            Target target, String contract, List<String> wallets, Duration timeout) {
        GuardedWeb3jService service = new GuardedWeb3jService(exchanger, target, timeout);
        Request<Object, RawResponse> call = new Request<>(
                "eth_call",
                List.of(Map.of("to", contract, "data", Multicall3.balances(contract, wallets)), "latest"),
                service,
                RawResponse.class);
        return service.sendAsync(call, RawResponse.class)
                .thenApply(answer -> answer.hasError() || answer.getResult() == null
                        ? Map.of()
                        : Multicall3.read(answer.getResult().asText(""), wallets));
    }
}
