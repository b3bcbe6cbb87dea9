package network.litewatch.controlplane.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Severity;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.drill.Drill.Expectation;
import network.litewatch.controlplane.drill.Drill.Steady;
import network.litewatch.controlplane.drill.Drill.Tolerance;
import network.litewatch.controlplane.drill.DrillRun.Command;
import network.litewatch.controlplane.drill.DrillRun.Draft;
import network.litewatch.controlplane.drill.DrillRun.Next;
import network.litewatch.controlplane.drill.DrillRun.State;
import org.jspecify.annotations.Nullable;

/** One step of a run, by what is seen. */
final class DrillStep {
    private final DrillRun run;
    private final Drill drill;
    private final Sight sight;
    private final Instant now;
    private final Draft after;

    DrillStep(DrillRun run, Sight sight) {
        this.run = run;
        this.drill = run.drill();
        this.sight = sight;
        this.now = sight.at();
        this.after = run.with();
    }

    Next next() {
        if (run.state() != State.CLOSED
                && run.state() != State.PLANNED
                && isPast(State.STEADY, drill.limits().maxRuntime())) {
            return tooLong();
        }
        return switch (run.state()) {
            case PLANNED -> planned();
            case STEADY -> steady();
            case ARMED -> armed();
            // The runner was asked to inject, and said nothing since: it is not asked twice.
            case INJECTING ->
                isPast(State.INJECTING, DrillRun.TELLING)
                        ? rollBack(Verdict.INCONCLUSIVE, "whether the fault was made was never said")
                        : stay();
            case INJECTED -> injected();
            case ROLLING_BACK -> rollingBack();
            case ROLLED_BACK -> rolledBack();
            case CLOSED -> stay();
        };
    }

    private Next tooLong() {
        String limit = Durations.format(drill.limits().maxRuntime());
        after.verdict(
                run.state() == State.ROLLED_BACK ? Verdict.NOT_RESOLVED : Verdict.ABORTED,
                "it was not over within " + limit);
        Command command = run.mayBeBroken() && run.mode().injects() ? Command.ROLL_BACK : Command.NOTHING;
        return new Next(after.to(State.CLOSED, now, "ended after " + limit).build(), command);
    }

    private Next planned() {
        if (sight.turn()) {
            return to(State.STEADY, "its turn; the steady state is waited for");
        }
        return isPast(State.PLANNED, DrillRun.QUEUE) ? close(Verdict.INCONCLUSIVE, "its turn never came") : stay();
    }

    private Next steady() {
        List<String> against = new ArrayList<>(sight.refusals());
        against.addAll(unsteady(drill.before()));
        if (!against.isEmpty()) {
            after.heldSince(null).event(now, "not steady: " + String.join("; ", against));
            return isPast(State.STEADY, drill.before().timeout())
                    ? close(Verdict.UNSAFE_START, String.join("; ", against))
                    : stay();
        }
        Instant since = Objects.requireNonNullElse(run.heldSince(), now);
        after.heldSince(since);
        if (now.isBefore(since.plus(drill.before().hold()))) {
            return stay();
        }
        return to(State.ARMED, "steady; what it touches is marked from here on");
    }

    private Next armed() {
        if (!isPast(State.ARMED, DrillRun.ARMING)) {
            return stay();
        }
        if (run.mode() == Mode.ACTIONLESS) {
            return close(Verdict.REHEARSED, "nothing was injected: all before it worked");
        }
        after.to(State.INJECTING, now, "asks for " + drill.broken());
        if (run.mode().injects()) {
            return new Next(after.build(), Command.INJECT);
        }
        DrillRun nothing = after.build().injected(null, now.plus(drill.fault().lease()), now);
        return new Next(
                nothing.with().event(now, "nothing was broken, on purpose").build(), Command.NOTHING);
    }

    private Next injected() {
        Instant since = Objects.requireNonNull(run.entered().get(State.INJECTED));
        Optional<Next> wrong = disturbed(since);
        if (wrong.isPresent()) {
            return wrong.get();
        }
        if (run.mode().wantsSilence()) {
            return silent(since);
        }
        Instant last = since;
        for (Expectation expected : drill.expects()) {
            Optional<Alert> alert = fired(expected, since);
            if (alert.isEmpty()) {
                return waiting(expected, since);
            }
            if (!Sight.severity(alert.get()).equals(expected.severity())) {
                return rollBack(
                        Verdict.WRONG_SEVERITY,
                        expected.alert().alert() + " is " + Sight.severity(alert.get()) + ", expected "
                                + expected.severity());
            }
            Instant at = Objects.requireNonNull(alert.get().firedAt());
            after.fired(expected.alert().alert(), at);
            if (at.isAfter(since.plus(expected.firesWithin()))) {
                after.firedAt(at);
                return rollBack(
                        Verdict.LATE,
                        expected.alert().alert() + " fired after " + Durations.format(Duration.between(since, at))
                                + ", expected within " + Durations.format(expected.firesWithin()));
            }
            last = at.isAfter(last) ? at : last;
        }
        after.firedAt(last);
        return told(last);
    }

    /** None of what is expected may fire within its bound; one that does shows that the drill would not notice what was done. */
    private Next silent(Instant since) {
        Duration longest = Duration.ZERO;
        for (Expectation expected : drill.expects()) {
            Optional<Instant> at = fired(expected, since).map(Alert::firedAt);
            if (at.isPresent() && !at.get().isAfter(since.plus(expected.firesWithin()))) {
                after.fired(expected.alert().alert(), at.get());
                return rollBack(
                        Verdict.COLLATERAL,
                        expected.alert().alert() + " fired after " + Durations.format(Duration.between(since, at.get()))
                                + ", and must not as " + run.mode().label());
            }
            longest = longest.compareTo(expected.firesWithin()) < 0 ? expected.firesWithin() : longest;
        }
        boolean over =
                !now.isBefore(since.plus(longest)) || (run.faultEnds() != null && !now.isBefore(run.faultEnds()));
        return over
                ? rollBack(
                        Verdict.NOT_FIRED,
                        "none of " + drill.expects().size() + " expected alerts fired within "
                                + Durations.format(longest))
                : stay();
    }

    /** Not all has fired: a quarter more than its bound is waited, to tell late from never. */
    private Next waiting(Expectation missing, Instant since) {
        Duration bound = missing.firesWithin();
        Duration most = bound.multipliedBy(5).dividedBy(4);
        boolean over = !now.isBefore(since.plus(most)) || (run.faultEnds() != null && !now.isBefore(run.faultEnds()));
        return over
                ? rollBack(
                        Verdict.NOT_FIRED, missing.alert().alert() + " did not fire within " + Durations.format(bound))
                : stay();
    }

    private Next told(Instant last) {
        after.messages(messages());
        List<String> missing = new ArrayList<>();
        for (Expectation expected : drill.expects()) {
            List<Sight.Told> out = sight.told().stream()
                    .filter(told -> told.out()
                            && told.alerts().contains(expected.alert().alert()))
                    .toList();
            if (out.isEmpty()) {
                missing.add("nobody was told of " + expected.alert().alert());
            } else if (expected.runbookLinked() && out.stream().noneMatch(Sight.Told::runbookNames)) {
                missing.add("the message of " + expected.alert().alert() + " links no runbook that names it");
            }
        }
        if (missing.isEmpty()) {
            after.to(State.ROLLING_BACK, now, "all that was expected fired and was told");
            return new Next(after.build(), run.mode().injects() ? Command.ROLL_BACK : Command.NOTHING);
        }
        return now.isBefore(last.plus(DrillRun.TELLING))
                ? stay()
                : rollBack(Verdict.NOT_TOLD, String.join("; ", missing));
    }

    private Next rollingBack() {
        if (!run.mode().injects()) {
            return to(State.ROLLED_BACK, "there is nothing to roll back");
        }
        Instant ends = run.faultEnds();
        if (ends != null && now.isAfter(ends.plus(DrillRun.ARMING))) {
            return to(State.ROLLED_BACK, "the lease is over: the injector has ended it");
        }
        return new Next(after.build(), Command.ROLL_BACK);
    }

    private Next rolledBack() {
        Instant from = Objects.requireNonNull(run.entered().get(State.ROLLED_BACK));
        Instant injected = run.entered().getOrDefault(State.INJECTED, from);
        disturbance(injected).ifPresent(what -> after.verdict(Verdict.COLLATERAL, what));
        after.messages(messages());
        sight.of(run.id()).stream().filter(this::isExpected).forEach(alert -> {
            if (alert.resolvedAt() != null) {
                after.resolved(alert.rule(), alert.resolvedAt());
            }
        });
        List<Alert> open = sight.of(run.id()).stream()
                .filter(alert -> alert.state() != Alert.State.RESOLVED)
                .toList();
        List<String> expected =
                open.stream().filter(this::isExpected).map(DrillStep::lasting).toList();
        if (expected.isEmpty() && run.resolvedAt() == null) {
            after.resolvedAt(resolved(from)).event(now, "the expected alerts are over");
        }
        if (!open.isEmpty()) {
            after.heldSince(null);
            return lasts(expected);
        }
        List<String> unsteady = unsteady(drill.after());
        if (!unsteady.isEmpty()) {
            after.heldSince(null);
            return isPast(
                            State.ROLLED_BACK,
                            drill.resolvesWithin().plus(drill.after().timeout()))
                    ? close(Verdict.NOT_RESOLVED, "not as before: " + String.join("; ", unsteady))
                    : stay();
        }
        Instant since = run.resolvedAt() == null || run.heldSince() == null ? now : run.heldSince();
        after.heldSince(since);
        return now.isBefore(since.plus(drill.after().hold())) ? stay() : close();
    }

    /** Alerts of the run are alive. What is only allowed is waited for too: after the run it would be a real alert. */
    private Next lasts(List<String> expected) {
        if (!expected.isEmpty() && isPast(State.ROLLED_BACK, drill.resolvesWithin())) {
            after.verdict(
                    Verdict.NOT_RESOLVED,
                    String.join("; ", expected) + " " + Durations.format(drill.resolvesWithin())
                            + " after the end of the fault");
        }
        // Nothing more is learnt of an alert that stays twice as long; what goes on then is no drill any more.
        boolean hopeless = isPast(State.ROLLED_BACK, drill.resolvesWithin().multipliedBy(2));
        return !expected.isEmpty() && hopeless ? close() : stay();
    }

    private static String lasting(Alert alert) {
        return alert.rule() + " still " + (alert.state() == Alert.State.FIRING ? "fires" : "pends");
    }

    private Instant resolved(Instant from) {
        return sight.of(run.id()).stream()
                .filter(this::isExpected)
                .map(Alert::resolvedAt)
                .filter(at -> at != null && at.isAfter(from))
                .max(Instant::compareTo)
                .orElse(from);
    }

    private Next close() {
        boolean mustFire = run.mode() != Mode.NULL;
        int most = drill.expects().stream().mapToInt(Expectation::messagesMax).sum();
        int messages = Math.max(run.messages(), messages());
        if (mustFire && messages > most) {
            after.verdict(Verdict.NOT_TOLD, "people got " + messages + " messages, expected at most " + most);
        }
        after.verdict(
                mustFire ? Verdict.PROVED : Verdict.NOT_FIRED,
                mustFire ? "all that was expected came, and is over" : "nothing fired, as nothing was broken");
        return to(State.CLOSED, "closed");
    }

    private Next close(Verdict verdict, String why) {
        after.verdict(verdict, why);
        return to(State.CLOSED, "closed: " + why);
    }

    /** Messages about what is expected; those of what may fire beside it are not the drill's to count. */
    private int messages() {
        return (int) sight.told().stream()
                .filter(Sight.Told::out)
                .filter(told -> drill.expects().stream()
                        .anyMatch(expected ->
                                told.alerts().contains(expected.alert().alert())))
                .count();
    }

    private Optional<Alert> fired(Expectation expected, Instant since) {
        return sight.of(run.id()).stream()
                .filter(alert -> Sight.concerns(alert, run.id(), since))
                .filter(alert -> expected.alert().isOf(alert.rule(), alert.labels()))
                .findFirst();
    }

    private Optional<Next> disturbed(Instant since) {
        Optional<String> collateral = disturbance(since);
        if (collateral.isPresent()) {
            return Optional.of(rollBack(Verdict.COLLATERAL, collateral.get()));
        }
        return drill.limits()
                .severity()
                .flatMap(severity -> sight.alerts().stream()
                        .filter(alert -> Sight.concerns(alert, run.id(), since))
                        .filter(alert -> Severity.rank(Sight.severity(alert)) <= Severity.rank(severity))
                        .filter(alert -> !isExpected(alert) && !drill.allow().contains(alert.rule()))
                        .findFirst()
                        .map(alert -> rollBack(
                                Verdict.ABORTED, named(alert) + " fired, which is neither expected nor allowed")));
    }

    /** What fired that must not. */
    private Optional<String> disturbance(Instant since) {
        if (run.mode() == Mode.NULL) {
            return sight.of(run.id()).stream()
                    .filter(alert -> Sight.concerns(alert, run.id(), since))
                    .findFirst()
                    .map(alert -> named(alert) + " fired although nothing was broken");
        }
        return sight.alerts().stream()
                .filter(alert -> Sight.concerns(alert, run.id(), since))
                .filter(alert -> drill.forbid().contains(alert.rule()))
                .findFirst()
                .map(alert -> named(alert) + " fired, which must not");
    }

    private boolean isExpected(Alert alert) {
        return drill.expects().stream().anyMatch(e -> e.alert().alert().equals(alert.rule()));
    }

    private static String named(Alert alert) {
        return alert.rule() + " of " + alert.labels().getOrDefault("target", "?");
    }

    /** What is not as {@code steady} says it must be. */
    private List<String> unsteady(Steady steady) {
        List<String> against = new ArrayList<>();
        for (Tolerance tolerance : steady.probes()) {
            List<String> targets = tolerance.target().map(List::of).orElseGet(sight::broken);
            for (String target : targets) {
                Double value = sight.signals().getOrDefault(target, Map.of()).get(tolerance.signal());
                if (value == null) {
                    against.add(tolerance.signal() + " of " + target + " is not known");
                } else if (!tolerance.holds(value)) {
                    against.add(String.format(
                            Locale.ROOT,
                            "%s of %s is %.4g, not %.4g to %.4g",
                            tolerance.signal(),
                            target,
                            value,
                            tolerance.low(),
                            tolerance.high()));
                }
            }
        }
        return against;
    }

    private boolean isPast(State state, Duration time) {
        @Nullable Instant from = run.entered().get(state);
        return from != null && !now.isBefore(from.plus(time));
    }

    private Next rollBack(Verdict verdict, String why) {
        after.verdict(verdict, why).to(State.ROLLING_BACK, now, why);
        return new Next(after.build(), run.mode().injects() ? Command.ROLL_BACK : Command.NOTHING);
    }

    private Next to(State state, String what) {
        return new Next(after.to(state, now, what).build(), Command.NOTHING);
    }

    private Next stay() {
        return new Next(after.build(), Command.NOTHING);
    }
}
