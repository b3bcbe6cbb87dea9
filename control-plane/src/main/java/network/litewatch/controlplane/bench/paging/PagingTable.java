package network.litewatch.controlplane.bench.paging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is printed of all trials, and the verdict on them. Pure. */
final class PagingTable {
    /** Ours is to be at most that share of theirs. */
    static final double WANTED = 1.0 / 3;

    private final List<Trial> trials;

    PagingTable(List<Trial> trials) {
        this.trials = List.copyOf(trials);
    }

    /**
     * Whether we missed nothing and took at most a third of the time that Prometheus takes on one failed scrape, at the median and at
     * p99. A fault that Prometheus missed leaves its figures: that makes them shorter, not longer.
     */
    boolean kept() {
        return told(Side.LITEWATCH).map(Spread::count).orElse(0) == trials.size()
                && within(told(Side.ONCE), Spread::median)
                && within(told(Side.ONCE), Spread::p99);
    }

    /** In Markdown. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(
                "| fault to message | n | missed | median s | p99 s | min s | max s |",
                "|---|---|---|---|---|---|---|"));
        for (Side side : Side.values()) {
            lines.add(row(side.title(), told(side)));
        }
        lines.add(row("Prometheus, as many looks as our rule", alike()));
        lines.add("");
        lines.add("| its end to message | n | missed | median s | p99 s | min s | max s |");
        lines.add("|---|---|---|---|---|---|---|");
        for (Side side : Side.values()) {
            lines.add(row(side.title(), Spread.of(trials.stream().map(t -> t.ended(side)))));
        }
        lines.add("");
        lines.addAll(faults());
        lines.add("");
        lines.add("| litewatch as a share of | median | p99 | wanted | kept |");
        lines.add("|---|---|---|---|---|");
        lines.add(ratios(Side.ONCE.title(), told(Side.ONCE), true));
        lines.add(ratios(Side.THRICE.title(), told(Side.THRICE), false));
        lines.add(ratios("Prometheus, as many looks as our rule", alike(), false));
        return lines;
    }

    private List<String> faults() {
        List<String> lines = new ArrayList<>(List.of(
                "| fault, medians in s | n | our rule and its runs | our rule fired | "
                        + Stream.of(Side.values()).map(Side::title).collect(Collectors.joining(" | ")) + " |",
                "|---|---|---|---|---|---|---|"));
        Planted.INCIDENTS.stream().flatMap(List::stream).forEach(fault -> {
            Predicate<Trial> its = trial -> trial.fault().equals(fault);
            long count = trials.stream().filter(its).count();
            if (count > 0) {
                lines.add("| %s | %d | %s, %d | %s | %s |"
                        .formatted(
                                fault.name(),
                                count,
                                fault.alert(),
                                fault.looks(),
                                median(its, Trial::fired),
                                Stream.of(Side.values())
                                        .map(side -> median(its, trial -> trial.told(side)))
                                        .collect(Collectors.joining(" | "))));
            }
        });
        return lines;
    }

    private String median(Predicate<Trial> which, Function<Trial, Optional<Duration>> of) {
        return Spread.of(trials.stream().filter(which).map(of))
                .map(spread -> seconds(spread.median()))
                .orElse("never");
    }

    private Optional<Spread> told(Side side) {
        return Spread.of(trials.stream().map(trial -> trial.told(side)));
    }

    private Optional<Spread> alike() {
        return Spread.of(trials.stream().map(Trial::toldAlike));
    }

    private String row(String title, Optional<Spread> spread) {
        int seen = spread.map(Spread::count).orElse(0);
        String figures = spread.map(s -> Stream.of(s.median(), s.p99(), s.shortest(), s.longest())
                        .map(PagingTable::seconds)
                        .collect(Collectors.joining(" | ")))
                .orElse("- | - | - | -");
        return "| %s | %d | %d | %s |".formatted(title, seen, trials.size() - seen, figures);
    }

    /** A row of ratios; one that nothing was promised of has no verdict. */
    private String ratios(String title, Optional<Spread> theirs, boolean promised) {
        return "| %s | %s | %s | %s | %s |"
                .formatted(
                        title,
                        ratio(theirs, Spread::median).map(PagingTable::two).orElse("-"),
                        ratio(theirs, Spread::p99).map(PagingTable::two).orElse("-"),
                        promised ? "at most 0.33" : "-",
                        promised ? (kept() ? "yes" : "NO") : "-");
    }

    private boolean within(Optional<Spread> theirs, Function<Spread, Duration> figure) {
        return ratio(theirs, figure).map(ratio -> ratio <= WANTED).orElse(false);
    }

    private Optional<Double> ratio(Optional<Spread> theirs, Function<Spread, Duration> figure) {
        return told(Side.LITEWATCH)
                .flatMap(ours -> theirs.map(their -> (double) figure.apply(ours).toNanos()
                        / figure.apply(their).toNanos()));
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    static String seconds(Duration duration) {
        return two(duration.toNanos() / 1e9);
    }
}
