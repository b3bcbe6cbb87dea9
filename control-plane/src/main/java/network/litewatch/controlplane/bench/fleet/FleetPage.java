package network.litewatch.controlplane.bench.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import network.litewatch.controlplane.canary.CanaryShare;
import network.litewatch.probe.miner.CanaryKind;

/** A {@link FleetResult} as Markdown tables, beside what is promised. */
final class FleetPage {
    private static final double MONTHS_A_YEAR = 12;
    private static final double WANTED_MONTHS = 1_000;

    private FleetPage() {}

    static List<String> of(FleetResult result) {
        List<String> page = new ArrayList<>();
        FleetOrder order = result.order();
        page.add(String.format(
                Locale.ROOT,
                "%d miners, %d days, %d canaries a day for each (%.0f rate, %.0f identity beside %d trusted answers), seed %d",
                order.miners(),
                order.days(),
                order.perDay(),
                order.perDay() * CanaryShare.of(CanaryKind.RATE),
                order.perDay() * CanaryShare.of(CanaryKind.IDENTITY),
                MinerClass.TRUSTED,
                order.seed()));
        page.add("");
        page.add(
                "| planted | nodes | found | in samples: median | p90 | last | in hours: median | p90 | promise | kept |");
        page.add("|---|---|---|---|---|---|---|---|---|---|");
        result.found().forEach(found -> page.add(line(found)));
        page.add(classLine(result));
        page.add("");
        page.add(
                "| accuses an honest node of | judge | node-years | times | a node-year | at most (95 %) | promise | kept |");
        page.add("|---|---|---|---|---|---|---|---|");
        result.falsely().forEach(falsely -> page.add(line(falsely)));
        page.add("");
        page.add(
                "Models have half of their favourite characters in common, those that write much alike three of four; texts that"
                        + " branch agree up to the first word in which they differ, as language does, and show much less. 4 instead of 8"
                        + " bits cannot be seen in text, and is not planted.");
        return page;
    }

    private static String line(FleetResult.Found found) {
        Fault fault = found.fault();
        String promise = fault.within().isEmpty()
                ? "-"
                : (fault.all() ? "all" : "half") + " within " + fault.within().getAsInt() + " " + fault.unit();
        return row(
                fault.label(),
                Integer.toString(found.planted()),
                Integer.toString(found.samples().size()),
                count(found.samplesAt(0.5)),
                count(found.samplesAt(0.9)),
                found.samples().size() < found.planted() ? "never" : count(found.samplesAt(1)),
                hours(found.hoursAt(0.5)),
                hours(found.hoursAt(0.9)),
                promise,
                fault.within().isEmpty() ? "-" : kept(found));
    }

    /** With by how much it was missed, or that the time was too short to say. */
    private static String kept(FleetResult.Found found) {
        if (found.kept()) {
            return found.keptForCertain() ? "yes" : "too short to say";
        }
        long reached = found.samplesAt(found.fault().all() ? 1 : 0.5);
        return reached < 0
                ? "NO: " + (found.planted() - found.samples().size()) + " not found"
                : "NO: by " + (reached - found.fault().within().orElse(0));
    }

    private static String classLine(FleetResult result) {
        List<Long> delays = result.classDelays();
        double perHour = FleetSimulation.CLASS_NODES * result.order().perDay() / 24.0;
        long median = delays.get((delays.size() - 1) / 2);
        long most = delays.get((int) Math.ceil(0.9 * delays.size()) - 1);
        return row(
                "a class of " + FleetSimulation.CLASS_NODES + " succeeds 1 point less",
                delays.size() + " classes",
                Integer.toString(delays.size()),
                count(median),
                count(most),
                count(delays.get(delays.size() - 1)),
                hours(median / perHour),
                hours(most / perHour),
                "half within a day",
                kept(result.classKept()));
    }

    private static String line(FleetResult.Falsely falsely) {
        boolean identity = falsely.judge() == Judge.IDENTITY;
        double months = falsely.years() * MONTHS_A_YEAR;
        String promise = identity
                ? String.format(Locale.ROOT, "none in %.0f node-months (here %.0f)", WANTED_MONTHS, months)
                : falsely.allowed() == 0 ? "none" : number(falsely.allowed());
        String kept = kept(falsely.kept());
        return row(
                falsely.judge().label(),
                falsely.judge().detector(),
                number(falsely.years()),
                Integer.toString(falsely.accusations()),
                number(falsely.perYear()),
                number(falsely.upper()),
                promise,
                identity && falsely.kept() && months < WANTED_MONTHS ? "yes, of too few" : kept);
    }

    private static String kept(boolean kept) {
        return kept ? "yes" : "NO";
    }

    private static String count(long samples) {
        return samples < 0 ? "never" : String.format(Locale.ROOT, "%,d", samples);
    }

    private static String hours(double hours) {
        return hours < 0 ? "never" : number(hours);
    }

    /** Three figures. */
    private static String number(double value) {
        return value == 0
                ? "0"
                : value >= 100 ? String.format(Locale.ROOT, "%,.0f", value) : String.format(Locale.ROOT, "%.3g", value);
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
