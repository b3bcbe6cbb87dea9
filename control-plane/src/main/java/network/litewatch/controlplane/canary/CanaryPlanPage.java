package network.litewatch.controlplane.canary;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import network.litewatch.controlplane.canary.CanaryPlan.Detection;
import network.litewatch.controlplane.canary.CanaryPlan.Drop;
import network.litewatch.controlplane.canary.CanaryPlan.Level;
import network.litewatch.probe.miner.CanaryKind;

/** A {@link CanaryPlan} as a page of Markdown tables, with what it cannot promise said in words. */
public final class CanaryPlanPage {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);

    // Of gaps without a memory one in twenty is longer than this many times the mean: ln 20.
    private static final double LONG = 3;

    private final CanaryPlan plan;
    private final StringBuilder page = new StringBuilder();
    private final List<String> broken = new ArrayList<>();

    private CanaryPlanPage(CanaryPlan plan) {
        this.plan = plan;
    }

    public static String of(CanaryPlan plan) {
        return new CanaryPlanPage(plan).text();
    }

    private String text() {
        line("# Canary plan: " + number(plan.nodes()) + " nodes, " + number(plan.wantedPerDay())
                + " canaries for each a day");
        if (plan.cutByTokens()) {
            line("");
            line("The tokens pay for " + figure(plan.perDay()) + " of them; what follows is for those.");
        }
        coverage();
        detection();
        promises();
        conditions();
        return page.toString();
    }

    private void coverage() {
        heading("Coverage and tokens");
        head(
                "Canary",
                "Tokens in + out",
                "For each node a day",
                "Mean gap",
                "1 in 20 gaps above",
                "Fleet a day",
                "Tokens a day");
        double tokens = 0;
        double fleet = 0;
        for (CanaryKind kind : CanaryKind.values()) {
            tokens += plan.tokens(kind);
            fleet += plan.fleetPerDay(kind);
            coverage(
                    kind.label(),
                    CanaryKind.PROMPT_TOKENS + " + " + kind.tokens(),
                    plan.perDay(kind),
                    plan.fleetPerDay(kind),
                    plan.tokens(kind));
        }
        coverage("all", figure(CanaryShare.meanTokens()) + " on average", plan.perDay(), fleet, tokens);
        line("");
        line(
                plan.trusted() == 0
                        ? "No node is trusted, so that no answer is compared with any: a swapped model is not found (--trusted)."
                        : "Of these " + number(plan.trusted()) + " trusted " + (plan.trusted() == 1 ? "node" : "nodes")
                                + " get " + CanaryPlan.TRUSTED_TIMES + " times the identity canaries of the others: "
                                + figure(CanaryPlan.TRUSTED_TIMES * plan.perDay(CanaryKind.IDENTITY))
                                + " for each a day, counted in what the fleet gets.");
        line("");
        line(
                "Canaries are drawn, so that their gaps scatter; none is longer than 'cover' of the network's file, which may cost more canaries than these.");
    }

    private void coverage(String what, String each, double perDay, double fleet, double tokens) {
        row(
                what,
                each,
                figure(perDay),
                time(days(1 / perDay)),
                time(days(LONG / perDay)),
                number(fleet),
                number(tokens));
    }

    private void detection() {
        heading("What is seen, and how long after it began");
        head(
                "Drop",
                "Of",
                "Canaries",
                "Test of fixed size",
                "Watched one by one (mean)",
                "Within a day",
                "Within a week");
        detection(percent(CanaryPlan.SPEED_DROP) + " % of decode speed", plan.speed());
        for (Drop drop : Drop.values()) {
            String what =
                    drop.label() + " of success (" + percent(drop.before()) + " to " + percent(drop.after()) + " %)";
            plan.success(drop).forEach(found -> detection(what, found));
        }
    }

    private void detection(String what, Detection found) {
        row(
                what,
                where(found.level()),
                number(found.samples()) + (found.failures() == 0 ? "" : ", " + number(found.failures()) + " fail"),
                time(found.time()),
                time(found.sequential()),
                found.within(DAY) ? "yes" : "no",
                found.within(WEEK) ? "yes" : "no");
        if (!found.within(DAY)) {
            broken.add(inWords(what, found));
        }
    }

    private String inWords(String what, Detection found) {
        boolean week = found.within(WEEK);
        return "A drop of " + what + " " + where(found.level()) + " takes " + time(found.time()) + ": found "
                + (week ? "within a week, not within a day; a day" : "neither within a day nor within a week; a week")
                + " takes " + number(Math.ceil(plan.perDayFor(found, week ? DAY : WEEK)))
                + " canaries for each node a day.";
    }

    private void promises() {
        heading("Promises that cannot be kept");
        if (broken.isEmpty()) {
            line("None: everything above is found within a day.");
        }
        broken.forEach(words -> line("- " + words));
    }

    private void conditions() {
        heading("What these figures rest on");
        line("- A target that did not change is accused with a chance of " + CanaryPlan.ALPHA
                + " in a test; a drop is found" + " with " + percent(CanaryPlan.POWER) + " %.");
        line("- One speed sample scatters by " + percent(plan.cv())
                + " % of its mean; a sample's error goes with the next" + " one's by a correlation of "
                + figure(plan.rho()) + ".");
        if (plan.rho() > 0) {
            line("- So " + figure(SpeedPlan.inflation(plan.rho()))
                    + " samples count as one, and a speed chart's threshold"
                    + " must come out of the node's own history: the textbook's alarms too often.");
        }
        line("- False alarms a day over all nodes: " + figure(plan.falseSpeedAlarmsPerDay()) + " of speed charts, "
                + figure(plan.falseAlarmsPerDay(plan.success(Drop.TEN_POINTS).get(0))) + " of tests for "
                + Drop.TEN_POINTS.label() + ".");
        line("- No failure in " + SuccessPlan.cleanRuns(0.01, 0.95)
                + " canaries proves less than 1 % of failures (95 %), in "
                + SuccessPlan.cleanRuns(0.005, 0.95) + " less than 0.5 %; a p95 needs "
                + SuccessPlan.percentileSamples(0.95, 0.95) + " samples, a p99 "
                + SuccessPlan.percentileSamples(0.99, 0.95) + ".");
    }

    private String where(Level level) {
        String nodes = number(plan.nodesOf(level)) + " nodes";
        return switch (level) {
            case NODE -> "at one node";
            case CLASS -> "in a class of " + nodes;
            case FLEET -> "in the fleet of " + nodes;
        };
    }

    /** Two figures and their unit, as 1.2 h, 23 h or 17 d. */
    static String time(Duration time) {
        double hours = time.toSeconds() / 3_600.0;
        if (hours < 1) {
            return Math.max(1, Math.round(hours * 60)) + " min";
        }
        return hours < 48 ? figure(hours) + " h" : figure(hours / 24) + " d";
    }

    private static Duration days(double days) {
        return Duration.ofSeconds(Math.round(days * 86_400));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** Two decimals below 1, one below 10, none above; zeros at the end left out. */
    private static String figure(double value) {
        String text = String.format(Locale.ROOT, value < 1 ? "%.2f" : value < 9.95 ? "%.1f" : "%,.0f", value);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share).replaceFirst("\\.0$", "");
    }

    private void heading(String words) {
        line("");
        line("## " + words);
        line("");
    }

    private void head(String... cells) {
        row(cells);
        line("|" + "---|".repeat(cells.length));
    }

    private void row(String... cells) {
        line("| " + String.join(" | ", cells) + " |");
    }

    private void line(String words) {
        page.append(words).append(System.lineSeparator());
    }
}
