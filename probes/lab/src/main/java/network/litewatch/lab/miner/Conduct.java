package network.litewatch.lab.miner;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import network.litewatch.lab.fault.Draw;
import network.litewatch.lab.http.BadRequest;
import org.jspecify.annotations.Nullable;

/**
 * How a miner treats its tasks besides their pace: well, until it is told to be cold, to cheat at some of them or to be dead to them.
 * Which tasks a share takes is drawn from the task's own numbers, so that the same tasks are taken in every run. Thread-safe.
 */
final class Conduct {

    private static final double MAX_CLAIM = 100;
    private static final int MAX_MILLIS = 600_000;

    /** What becomes of one task. */
    enum Treatment {
        HONEST,
        /** Taken, and never answered. */
        HANG,
        /** A text that has nothing to do with the prompt. */
        WRONG,
        /** Another model's text under the same name. */
        MIXED
    }

    private final String account;
    private final Function<String, TinyModel> loader;
    private final ColdStart coldStart;
    private volatile double hangShare;
    private volatile double wrongShare;
    private volatile double mixedShare;
    private volatile double claimFactor = 1;
    private volatile boolean cached;
    private volatile @Nullable TinyModel other;
    private volatile CountDownLatch hanging = new CountDownLatch(0);

    /**
     * Good conduct.
     *
     * @param account part of what is drawn: the miners of a shared session do not all fail at the same tasks
     * @param loader loads a model by its name
     */
    Conduct(String account, Function<String, TinyModel> loader, ColdStart coldStart) {
        this.account = account;
        this.loader = loader;
        this.coldStart = coldStart;
    }

    /**
     * Takes what of {@code order} is about conduct: {@code cold} ({@code load_ms}, {@code idle_ms}), {@code mixed} ({@code share},
     * {@code model}), {@code claim_factor}, {@code cached}, {@code wrong_share}, {@code hang_share}. Null ends cold and mixed.
     *
     * @throws BadRequest naming the field
     */
    void take(JsonNode order) {
        if (order.has("cold")) {
            coldStart.set(cold(order.path("cold")));
        }
        if (order.has("mixed")) {
            mix(order.path("mixed"));
        }
        if (order.has("claim_factor")) {
            claimFactor = number(order, "claim_factor", 0.01, MAX_CLAIM);
        }
        if (order.has("cached")) {
            cached = order.path("cached").asBoolean();
        }
        if (order.has("wrong_share")) {
            wrongShare = number(order, "wrong_share", 0, 1);
        }
        if (order.has("hang_share")) {
            hang(number(order, "hang_share", 0, 1));
        }
    }

    /** What becomes of a task; the same for the same task and the same orders. */
    Treatment of(long session, long task) {
        if (drawn("hang", session, task) < hangShare) {
            return Treatment.HANG;
        }
        if (drawn("wrong", session, task) < wrongShare) {
            return Treatment.WRONG;
        }
        return drawn("mixed", session, task) < mixedShare ? Treatment.MIXED : Treatment.HONEST;
    }

    /** The model that takes the mixed tasks; null when there is none (any more). */
    @Nullable
    TinyModel other() {
        return other;
    }

    /** Whether an earlier answer is good enough. */
    boolean cached() {
        return cached;
    }

    /** How many tokens it says that it made when it made {@code count}. */
    long claimed(int count) {
        return Math.round(count * claimFactor);
    }

    /** What those wait for who are never answered; it opens when the fault ends. */
    CountDownLatch hanging() {
        return hanging;
    }

    private double drawn(String kind, long session, long task) {
        return Draw.of(kind + account, session, task);
    }

    private synchronized void mix(JsonNode order) {
        mixedShare = 0;
        TinyModel before = other;
        other = null;
        if (before != null) {
            before.close();
        }
        if (order.isObject()) {
            double share = number(order, "share", 0, 1);
            other = loader.apply(order.path("model").asText());
            mixedShare = share;
        }
    }

    private synchronized void hang(double share) {
        CountDownLatch before = hanging;
        hanging = new CountDownLatch(1);
        hangShare = share;
        before.countDown();
    }

    private static ColdStart.@Nullable Times cold(JsonNode order) {
        if (!order.isObject()) {
            return null;
        }
        return new ColdStart.Times(
                Duration.ofMillis((long) number(order, "load_ms", 0, MAX_MILLIS)),
                Duration.ofMillis((long) number(order, "idle_ms", 0, MAX_MILLIS)));
    }

    private static double number(JsonNode order, String field, double min, double max) {
        JsonNode value = order.path(field);
        double number = value.asDouble();
        if (!value.isNumber() || number < min || number > max) {
            throw new BadRequest(400, field + ": expected " + min + " to " + max + ", got " + value);
        }
        return number;
    }
}
