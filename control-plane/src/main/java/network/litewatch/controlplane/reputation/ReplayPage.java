package network.litewatch.controlplane.reputation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What replays come to, as Markdown: scores by rank, and between two formulas what differs. */
public final class ReplayPage {
    private static final String NONE = "-";

    private ReplayPage() {}

    private record Row(NodeRecord record, Score score) {
        double lower() {
            return score.interval().map(Interval::lower).orElse(-1.0);
        }
    }

    /** The scores of {@code replay} at {@code at}. */
    public static String of(Replay replay, Instant from, Instant at) {
        StringBuilder page = new StringBuilder();
        line(page, "# Reputation by formula " + replay.formula().version());
        line(page, "");
        line(page, "Evidence from " + from + " to " + at + ", scored at its end: " + replay.pieces() + " pieces.");
        line(page, "");
        StringBuilder names = new StringBuilder();
        replay.formula().parts().keySet().forEach(part -> names.append(" | ").append(part.label()));
        line(page, "| rank | node | operator | lower | point | upper | known" + names + " |");
        line(page, "|" + "---|".repeat(7 + replay.formula().parts().size()));
        int rank = 1;
        for (Row row : ranked(replay, at)) {
            StringBuilder cells = new StringBuilder();
            row.score().parts().forEach(part -> cells.append(" | ").append(cell(part)));
            line(
                    page,
                    "| " + rank++ + " | " + row.record().node() + " | "
                            + (row.record().operator().isEmpty()
                                    ? NONE
                                    : row.record().operator())
                            + " | " + interval(row.score()) + " | "
                            + number(row.score().known()) + cells + " |");
        }
        return page.toString();
    }

    /** What {@code other} says differently from {@code one}: nodes by how far their lower ends are apart. */
    public static String difference(Replay one, Replay other, Instant at) {
        Map<String, Integer> ranks = ranks(one, at);
        Map<String, Integer> otherRanks = ranks(other, at);
        Map<String, Row> others = new HashMap<>();
        ranked(other, at).forEach(row -> others.put(row.record().node().value(), row));
        List<Row> rows = new ArrayList<>(ranked(one, at));
        rows.sort(Comparator.comparingDouble((Row row) -> -apart(row, others)).thenComparing(ReplayPage::name));
        StringBuilder page = new StringBuilder();
        String before = one.formula().version();
        String after = other.formula().version();
        line(page, "");
        line(page, "# " + before + " against " + after);
        line(page, "");
        line(
                page,
                "| node | lower " + before + " | lower " + after + " | change | rank " + before + " | rank " + after
                        + " |");
        line(page, "|" + "---|".repeat(6));
        for (Row row : rows) {
            String name = name(row);
            Row twin = others.get(name);
            line(
                    page,
                    "| " + name + " | " + lower(row) + " | " + (twin == null ? NONE : lower(twin)) + " | "
                            + (twin != null && row.lower() >= 0 && twin.lower() >= 0
                                    ? String.format(Locale.ROOT, "%+.4f", twin.lower() - row.lower())
                                    : NONE)
                            + " | "
                            + ranks.get(name) + " | " + otherRanks.getOrDefault(name, 0) + " |");
        }
        return page.toString();
    }

    private static double apart(Row row, Map<String, Row> others) {
        Row twin = others.get(name(row));
        return twin == null ? 2 : Math.abs(twin.lower() - row.lower());
    }

    private static String name(Row row) {
        return row.record().node().value();
    }

    private static Map<String, Integer> ranks(Replay replay, Instant at) {
        Map<String, Integer> ranks = new HashMap<>();
        for (Row row : ranked(replay, at)) {
            ranks.put(name(row), ranks.size() + 1);
        }
        return ranks;
    }

    private static List<Row> ranked(Replay replay, Instant at) {
        return replay.records().stream()
                .map(record -> new Row(record, Score.of(record.tallies(), replay.formula(), at)))
                .sorted(Comparator.comparingDouble((Row row) -> -row.lower()).thenComparing(ReplayPage::name))
                .toList();
    }

    private static String interval(Score score) {
        return score.interval()
                .map(i -> number(i.lower()) + " | " + number(i.point()) + " | " + number(i.upper()))
                .orElse(NONE + " | " + NONE + " | " + NONE);
    }

    private static String lower(Row row) {
        return row.lower() < 0 ? NONE : number(row.lower());
    }

    private static String cell(Score.Part part) {
        return part.counts()
                ? String.format(
                        Locale.ROOT,
                        "%.4f (%.1f/%.1f)",
                        part.interval().point(),
                        part.tally().good(),
                        part.tally().bad())
                : NONE;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static void line(StringBuilder page, String words) {
        page.append(words).append(System.lineSeparator());
    }
}
