package network.litewatch.controlplane.bench.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import network.litewatch.controlplane.canary.CacheWatch;
import network.litewatch.controlplane.canary.CanaryShare;
import network.litewatch.controlplane.canary.IdentityRound;
import network.litewatch.controlplane.canary.IdentityWatch;
import network.litewatch.controlplane.canary.SpeedPrior;
import network.litewatch.controlplane.canary.SpeedWatch;
import network.litewatch.controlplane.canary.TokenClaims;
import network.litewatch.controlplane.canary.Warmth;
import network.litewatch.controlplane.drift.SuccessWatch;
import network.litewatch.probe.miner.CanaryKind;
import org.jspecify.annotations.Nullable;

/** One simulated node and those who judge it. One thread; not to be used again after {@link #live}. */
final class Miner {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final double[] SPREADS = {0.05, 0.1, 0.2, 0.3};
    // Identity canaries lie between those for the speed, not in place of them.
    private static final double IDENTITY_OFFSET = 0.4;
    private static final int STORED = 10;

    private final MinerClass of;
    private final FleetOrder order;
    private final SplittableRandom random;
    private final Verdicts verdicts;
    private final @Nullable Fault fault;

    private final double speed;
    private final double spread;
    private final double rho;
    private final double wave;
    private final double peak;
    private final double success;
    private final double firstToken;
    private final MinerClass.Claimed claimed;
    private final TextModel served;
    private double noise;

    private SpeedWatch speedWatch;
    private SuccessWatch successWatch = SuccessWatch.before(Judge.PROMISED, Judge.SUCCESS_BETWEEN);
    private IdentityWatch identityWatch = IdentityWatch.before(IdentityWatch.BOUND);
    private Warmth warmth = Warmth.NONE;
    private TokenClaims claims = TokenClaims.NONE;
    private CacheWatch cache = CacheWatch.NONE;
    private final List<IdentityRound.Prompt> today = new ArrayList<>();
    private int identityAsked;
    private long lastPrompt;
    private long lastText;

    Miner(MinerClass of, FleetOrder order, @Nullable Fault fault, long seed) {
        this.of = of;
        this.order = order;
        this.fault = fault;
        this.random = new SplittableRandom(seed);
        // Not before the detectors have seen ten days, and early enough for what takes months.
        this.verdicts = new Verdicts(fault, 10 + random.nextDouble() * 10);
        double low = Math.log(of.expected().floor() * 1.2);
        this.speed =
                Math.exp(low + random.nextDouble() * (Math.log(of.expected().good()) - low));
        double cv = fault == Fault.SLOW_STEADY
                ? 0.1
                : fault == Fault.SLOW_RESTLESS ? 0.2 : SPREADS[random.nextInt(SPREADS.length)];
        this.spread = Math.sqrt(Math.log1p(cv * cv));
        this.rho = 0.3 * random.nextDouble();
        this.wave = 0.05 * random.nextDouble();
        this.peak = 2 * Math.PI * random.nextDouble();
        this.success = 0.996 + 0.0035 * random.nextDouble();
        this.firstToken = 0.2 + 0.6 * random.nextDouble();
        this.noise = gaussian();
        this.claimed = fault == Fault.NEAR
                ? of.near()
                : fault == Fault.BRANCHING || fault == Fault.BRANCHING_SHARE ? of.branching() : of.usual();
        this.served = claimed.model().relative(random.nextLong());
        this.speedWatch = SpeedWatch.before(SpeedPrior.of(of.expected()));
    }

    /** Prompts of identity canaries that a node is asked in {@code order}. */
    static int prompts(FleetOrder order) {
        return (int) Math.ceil(order.perDay() * CanaryShare.of(CanaryKind.IDENTITY) * order.days()) + 1;
    }

    /** Its whole life. */
    Verdicts live() {
        for (int day = 0; day < order.days(); day++) {
            for (int slot = 0; slot < order.perDay(); slot++) {
                canary(day, slot);
            }
            closeRound(day + 1);
        }
        return verdicts;
    }

    private void canary(int day, int slot) {
        double at = day + (slot + random.nextDouble()) / order.perDay();
        CanaryKind kind = kind((long) day * order.perDay() + slot);
        boolean ok = random.nextDouble() < successNow(at);
        successWatch = successWatch.after(ok);
        verdicts.said(Judge.SUCCESS, at, 1, successWatch.failing());
        if (!ok) {
            return;
        }
        // Now and then somebody else is served at the same time: late and slow.
        boolean busy = random.nextDouble() < 0.005;
        starts(at, slot, busy);
        if (kind == CanaryKind.RATE) {
            answers(at, busy);
        } else if (kind == CanaryKind.IDENTITY) {
            writes(at);
        }
    }

    private static CanaryKind kind(long number) {
        if (crosses(number, CanaryShare.of(CanaryKind.IDENTITY), IDENTITY_OFFSET)) {
            return CanaryKind.IDENTITY;
        }
        return crosses(number, CanaryShare.of(CanaryKind.RATE), 0) ? CanaryKind.RATE : CanaryKind.PING;
    }

    private static boolean crosses(long number, double share, double offset) {
        return Math.floor((number + 1) * share + offset) > Math.floor(number * share + offset);
    }

    private double successNow(double at) {
        if (has(Fault.ONE_POINT, at)) {
            return Judge.PROMISED - 0.01;
        }
        return has(Fault.TEN_POINTS, at) ? Judge.PROMISED - 0.1 : success;
    }

    private void starts(double at, int slot, boolean busy) {
        double cold = has(Fault.COLD_STARTER, at) ? 0.25 : 0.005;
        double first = loadedIn(cold, busy);
        // One canary a day is asked twice in a row.
        if (slot == 0) {
            warmth = warmth.afterPair(first, loadedIn(0, busy));
        } else {
            warmth = warmth.after(first, !busy, Double.NaN);
        }
        verdicts.said(Judge.COLD, at, 1, warmth.coldMoreOftenThan(Judge.COLD_SHARE));
    }

    private double loadedIn(double coldShare, boolean busy) {
        double usual = firstToken * Math.exp(0.25 * gaussian()) * (busy ? 4 : 1);
        return random.nextDouble() < coldShare ? usual + of.loading() * Math.exp(0.2 * gaussian()) : usual;
    }

    private void answers(double at, boolean busy) {
        noise = rho * noise + Math.sqrt(1 - rho * rho) * gaussian();
        double hour = wave * Math.cos(2 * Math.PI * at + peak);
        boolean stored = has(Fault.STORE, at);
        double slower = has(Fault.SLOW_STEADY, at) || has(Fault.SLOW_RESTLESS, at) ? 0.8 : 1;
        double rate = speed * slower * Math.exp(spread * noise + hour) * (busy ? 0.5 : 1) * (stored ? 1.5 : 1);
        speedWatch = speedWatch.after(START.plus(Duration.ofMillis(Math.round(at * 86_400_000))), rate);
        verdicts.said(Judge.SPEED, at, 1, speedWatch.slow());

        int counted = 96 + random.nextInt(33);
        double claim = counted * (1 + 0.02 * gaussian()) * (has(Fault.LIAR, at) ? 1.25 : 1);
        claims = claims.after(Math.round(claim), counted);
        verdicts.said(Judge.TOKENS, at, 1, claims.verdict(1) == TokenClaims.Verdict.OVER);

        // One prompt in 50 is sent again, and an honest node then says the same again.
        boolean again = random.nextInt(50) == 0;
        lastPrompt = again ? lastPrompt : random.nextLong();
        lastText = stored ? random.nextInt(STORED) : again ? lastText : random.nextLong();
        // Nobody knows the class but by its table here.
        double ofClass = Math.sqrt(of.expected().floor() * of.expected().good());
        cache = cache.after(CacheWatch.Answer.of(
                lastPrompt, lastText, counted, rate, of.expected().roof(), ofClass));
        verdicts.said(Judge.CACHE, at, 1, cache.cached());
    }

    private void writes(double at) {
        int prompt = identityAsked++;
        boolean always = has(Fault.SWAP, at) || has(Fault.NEAR, at) || has(Fault.BRANCHING, at) || has(Fault.STORE, at);
        boolean sometimes = has(Fault.SHARE, at) || has(Fault.BRANCHING_SHARE, at);
        boolean another = always || (sometimes && random.nextDouble() < 0.3);
        String text = (another ? served : claimed.model()).complete(prompt, random);
        today.add(new IdentityRound.Prompt(claimed.trusted().get(prompt), List.of(text)));
    }

    /** Answers are compared once a day, when all nodes have been asked. */
    private void closeRound(double day) {
        int completions = today.size();
        identityWatch = identityWatch.after(today, random);
        today.clear();
        verdicts.said(Judge.IDENTITY, day, completions, identityWatch.accused());
    }

    private boolean has(Fault which, double at) {
        return fault == which && verdicts.faulty(at);
    }

    private double gaussian() {
        // SplittableRandom has its own since Java 17.
        return random.nextGaussian();
    }
}
