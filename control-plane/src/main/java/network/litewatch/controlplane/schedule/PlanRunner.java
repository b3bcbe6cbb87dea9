package network.litewatch.controlplane.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Vantage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires one plan at its slots, for ever, and turns every slot into exactly one observation: also the slots that could not
 * be asked, because a run was still in flight, the prober was late, or the target is left alone for a while ({@code not_run}).
 * Open loop: a slow target never moves its own next slot, nor anybody else's. A run that failed may be repeated between slots
 * ({@link Pacing}); that is a slot of its own.
 *
 * <p>Thread-safe; runs on the wheel's thread and never blocks it.
 */
final class PlanRunner {
    private static final Logger LOG = LoggerFactory.getLogger(PlanRunner.class);

    /** How far a probe may overrun its own deadline before the run is given up as our bug. */
    private static final Duration OVERRUN = Duration.ofSeconds(2);

    private final ProbePlan plan;
    private final Vantage vantage;
    private final Wheel wheel;
    private final InstantSource clock;
    private final Consumer<Observation> sink;

    private Wheel.@Nullable Timer next;
    private Wheel.@Nullable Timer recheck;
    private boolean stopped;
    private boolean inFlight;
    private boolean overran;
    private Pacing pacing = Pacing.NORMAL;
    private volatile Instant lastSlot;

    PlanRunner(ProbePlan plan, Vantage vantage, Wheel wheel, InstantSource clock, Consumer<Observation> sink) {
        this.plan = plan;
        this.vantage = vantage;
        this.wheel = wheel;
        this.clock = clock;
        this.sink = sink;
        this.lastSlot = clock.instant();
    }

    ProbePlan plan() {
        return plan;
    }

    /** The latest slot that came due; before the first one, when the runner was made. What the watchdog watches. */
    Instant lastSlot() {
        return lastSlot;
    }

    synchronized void start() {
        arm(clock.instant());
    }

    /** No slot fires after this returns; a run in flight still ends in its observation. */
    synchronized void stop() {
        stopped = true;
        if (next != null) {
            next.cancel();
        }
        if (recheck != null) {
            recheck.cancel();
        }
    }

    private synchronized void arm(Instant after) {
        if (!stopped) {
            Instant slot = plan.nextSlotAfter(after);
            next = wheel.at(slot, () -> fire(slot));
        }
    }

    private void fire(Instant slot) {
        // Armed from the slot, not from now: every slot gets its observation, late or not.
        arm(slot);
        run(slot);
    }

    private void run(Instant slot) {
        if (!plan.probe().isDue(plan.target(), slot)) {
            lastSlot = slot;
            return;
        }
        Instant now = clock.instant();
        Optional<Outcome> skipped = begin(slot, now);
        if (skipped.isPresent()) {
            emit(slot, now, Finding.of(skipped.get()));
            return;
        }
        var unused = ask().whenComplete((finding, bug) -> {
            Finding result = bug == null ? finding : proberError(bug);
            // First, so that no slot that is left alone for this run's sake is told before it.
            emit(slot, now, result);
            end(slot, result);
        });
    }

    private synchronized Optional<Outcome> begin(Instant slot, Instant now) {
        lastSlot = slot;
        Duration late = Duration.between(slot, now);
        if (late.compareTo(plan.interval()) > 0) {
            return Optional.of(Outcome.notRun(Reason.PROBER_LATE, "slot reached " + late.toMillis() + " ms late"));
        }
        Optional<Outcome> pause = pacing.pause(slot);
        if (pause.isPresent()) {
            return pause;
        }
        if (inFlight) {
            overran = true;
            return Optional.of(Outcome.notRun(Reason.STILL_RUNNING, "the run of an earlier slot is still in flight"));
        }
        inFlight = true;
        overran = false;
        return Optional.empty();
    }

    private synchronized void end(Instant slot, Finding finding) {
        inFlight = false;
        pacing = pacing.after(finding, slot, plan.interval());
        if (!stopped) {
            pacing.recheckAfter(plan.interval(), overran).ifPresent(this::recheck);
        }
    }

    /** One run more, unless the plan's own next slot is as near: what its jitter parts is the same run twice. */
    private synchronized void recheck(Duration after) {
        Instant now = clock.instant();
        Instant slot = now.plus(after).truncatedTo(ChronoUnit.MILLIS);
        if (slot.plus(plan.jitter()).isBefore(plan.nextSlotAfter(now))) {
            recheck = wheel.at(slot, () -> run(slot));
        }
    }

    private CompletableFuture<Finding> ask() {
        CompletableFuture<Finding> answer;
        try {
            answer = plan.probe().run(plan.target(), plan.timeout()).copy();
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
        // A probe that never completes would hold its plan for ever; its deadline is its own, this is the backstop.
        Wheel.Timer backstop = wheel.at(
                clock.instant().plus(plan.timeout()).plus(OVERRUN),
                () -> answer.complete(Finding.of(Outcome.inconclusive(
                        Reason.PROBER_ERROR, "the probe did not end within its own deadline of " + plan.timeout()))));
        return answer.whenComplete((finding, bug) -> backstop.cancel());
    }

    private Finding proberError(Throwable bug) {
        LOG.error(
                "probe threw; target not charged: probe={} target={}",
                plan.probe().id(),
                plan.target().id(),
                bug);
        return Finding.of(Outcome.inconclusive(
                Reason.PROBER_ERROR,
                "the probe itself failed: " + bug.getClass().getSimpleName()));
    }

    private void emit(Instant slot, Instant startedAt, Finding finding) {
        sink.accept(
                Observation.of(plan.probe().id(), plan.target(), vantage, slot, startedAt, clock.instant(), finding));
    }
}
