package network.litewatch.probe.rpc;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import network.litewatch.probe.http.UntrustedText;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.BatchResponse;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthChainId;
import org.web3j.protocol.core.methods.response.EthGasPrice;
import org.web3j.protocol.core.methods.response.Web3ClientVersion;

/**
 * Asks an RPC for its chain, its latest, safe and finalized blocks and the price of gas, in one batch, so that all
 * are of one moment.
 *
 * <p>Reads the target parameter {@code chain_id} (decimal or 0x-hex; without it any chain is right). An RPC that has no
 * safe or finalized block, or no such tag, is ok without those numbers. Ages are signed: a head from the future is
 * negative.
 */
public final class RpcHeadProbe implements Probe {
    public static final ProbeId ID = new ProbeId("rpc.head");

    /** Target parameter: the chain id that the RPC must serve. */
    public static final String CHAIN_ID = "chain_id";

    /** Target parameter: {@value #KEPT} where a connection is left open for the next run, which then says nothing of dialling. */
    public static final String CONNECTION = "connection";

    /** Value of {@link #CONNECTION}. */
    public static final String KEPT = "kept";

    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,16}");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,19}");
    private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");

    private final HttpExchanger exchanger;
    private final InstantSource time;

    /** A probe whose notion of a head's age is {@code time}'s. */
    public RpcHeadProbe(HttpExchanger exchanger, InstantSource time) {
        this.exchanger = exchanger;
        this.time = time;
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.RPC;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Optional<String> wanted = Optional.ofNullable(target.parameters().get(CHAIN_ID));
        if (wanted.isPresent() && number(wanted.get()).isEmpty()) {
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.PROBER_ERROR, "parameter chain_id is not a number")));
        }
        GuardedWeb3jService service = new GuardedWeb3jService(
                exchanger, target, timeout, KEPT.equals(target.parameters().get(CONNECTION)));
        return batch(service).sendAsync().handle((answers, failure) -> {
            Reading reading = new Reading(wanted.flatMap(RpcHeadProbe::number), time.instant());
            Outcome outcome = failure == null ? reading.read(answers) : RpcRefusal.outcomeOf(failure);
            service.addRetryAfter(reading.measurements);
            return new Finding(outcome, service.phases(), reading.measurements, reading.evidence);
        });
    }

    private static BatchRequest batch(GuardedWeb3jService service) {
        return new BatchRequest(service)
                .add(new Request<>("eth_chainId", List.of(), service, EthChainId.class))
                .add(block(DefaultBlockParameterName.LATEST, service))
                .add(block(DefaultBlockParameterName.SAFE, service))
                .add(block(DefaultBlockParameterName.FINALIZED, service))
                .add(new Request<>("web3_clientVersion", List.of(), service, Web3ClientVersion.class))
                .add(new Request<>("eth_gasPrice", List.of(), service, EthGasPrice.class));
    }

    private static Request<Object, EthBlock> block(DefaultBlockParameterName tag, GuardedWeb3jService service) {
        return new Request<>("eth_getBlockByNumber", List.of(tag.getValue(), false), service, EthBlock.class);
    }

    private static Optional<BigInteger> number(String text) {
        if (QUANTITY.matcher(text).matches()) {
            return Optional.of(new BigInteger(text.substring(2), 16));
        }
        return DECIMAL.matcher(text).matches() ? Optional.of(new BigInteger(text)) : Optional.empty();
    }

    /** Reads one batch of answers; what was read before a failure is kept. */
    private static final class Reading {
        private final Optional<BigInteger> wantedChain;
        private final Instant answeredAt;
        private final Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        private final Map<String, String> evidence = new HashMap<>();

        Reading(Optional<BigInteger> wantedChain, Instant answeredAt) {
            this.wantedChain = wantedChain;
            this.answeredAt = answeredAt;
        }

        Outcome read(BatchResponse batch) {
            List<? extends Response<?>> answers = batch.getResponses();
            version((Web3ClientVersion) answers.get(4));
            gasPrice((EthGasPrice) answers.get(5));
            Outcome head = head((EthBlock) answers.get(1));
            if (head.isOk()) {
                block((EthBlock) answers.get(2), Measurement.RPC_SAFE_NUMBER, Measurement.RPC_SAFE_AGE);
                block((EthBlock) answers.get(3), Measurement.RPC_FINALIZED_NUMBER, Measurement.RPC_FINALIZED_AGE);
            }
            Outcome chain = chain((EthChainId) answers.get(0));
            return chain.isOk() ? head : chain;
        }

        private Outcome chain(EthChainId answer) {
            if (answer.hasError()) {
                return RpcErrors.ofError(answer.getError().getCode(), message(answer));
            }
            Optional<BigInteger> chain = quantity(answer.getResult());
            if (chain.isEmpty()) {
                return Outcome.failed(Reason.SHAPE_CHANGED, "eth_chainId is no quantity");
            }
            measurements.put(Measurement.RPC_CHAIN_ID, chain.get().doubleValue());
            return wantedChain.isEmpty() || wantedChain.equals(chain)
                    ? Outcome.ok()
                    : Outcome.failed(
                            Reason.WRONG_CHAIN, "serves chain " + chain.get() + " instead of " + wantedChain.get());
        }

        private Outcome head(EthBlock answer) {
            if (answer.hasError()) {
                Outcome outcome = RpcErrors.ofError(answer.getError().getCode(), message(answer));
                // Its own latest block is data that no healthy RPC lacks, and a question that none finds fault with.
                return outcome.reason() == Reason.MISSING_DATA || outcome.reason() == Reason.REQUEST_REFUSED
                        ? Outcome.failed(Reason.RPC_ERROR, outcome.detail())
                        : outcome;
            }
            if (!block(answer, Measurement.RPC_HEAD_NUMBER, Measurement.RPC_HEAD_AGE)) {
                return Outcome.failed(Reason.SHAPE_CHANGED, "the latest block is null or lacks number or timestamp");
            }
            EthBlock.Block block = answer.getBlock();
            quantity(block.getTimestampRaw())
                    .ifPresent(at -> measurements.put(Measurement.RPC_HEAD_TIMESTAMP, at.doubleValue()));
            if (block.getHash() != null && HASH.matcher(block.getHash()).matches()) {
                evidence.put("head_hash", block.getHash());
            }
            return Outcome.ok();
        }

        private boolean block(EthBlock answer, Measurement number, Measurement age) {
            if (answer.hasError() || answer.getBlock() == null) {
                return false;
            }
            Optional<BigInteger> height = quantity(answer.getBlock().getNumberRaw());
            Optional<BigInteger> timestamp = quantity(answer.getBlock().getTimestampRaw());
            if (height.isEmpty() || timestamp.isEmpty()) {
                return false;
            }
            measurements.put(number, height.get().doubleValue());
            measurements.put(
                    age, answeredAt.toEpochMilli() / 1000.0 - timestamp.get().doubleValue());
            return true;
        }

        private void version(Web3ClientVersion answer) {
            if (!answer.hasError() && answer.getResult() != null) {
                evidence.put("client_version", UntrustedText.clean(answer.getResult(), 120));
            }
        }

        private void gasPrice(EthGasPrice answer) {
            if (!answer.hasError()) {
                quantity(answer.getResult())
                        .ifPresent(price -> measurements.put(Measurement.RPC_GAS_PRICE, price.doubleValue()));
            }
        }

        private static String message(Response<?> answer) {
            return String.valueOf(answer.getError().getMessage());
        }

        private static Optional<BigInteger> quantity(@Nullable String text) {
            return text != null && QUANTITY.matcher(text).matches() ? number(text) : Optional.empty();
        }
    }
}
