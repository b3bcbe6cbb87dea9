package network.litewatch.controlplane.canary;

import java.util.List;
import java.util.Locale;

/** A {@link SpeedTable} as Markdown: floor, good and roof of each model on each card, and where the figures come from. */
public final class SpeedTablePage {
    private SpeedTablePage() {}

    public static String of(SpeedTable table) {
        StringBuilder page = new StringBuilder();
        line(page, "# Decode speed to expect, in tokens a second for one caller");
        line(page, "");
        line(
                page,
                "Floor (" + table.floorShare() + " of the roof), good (" + table.goodShare()
                        + "), roof (memory bandwidth over"
                        + " bytes of weights, of all cards that it takes). Below the floor is slow; above the roof is suspect.");
        line(page, "");
        line(page, "| Model | " + String.join(" | ", table.cards().keySet()) + " |");
        line(page, "|" + "---|".repeat(table.cards().size() + 1));
        for (String model : table.models().keySet()) {
            List<String> cells = table.cards().keySet().stream()
                    .map(card -> table.expected(card, model)
                            .map(SpeedTablePage::cell)
                            .orElse("-"))
                    .toList();
            line(page, "| " + model + " | " + String.join(" | ", cells) + " |");
        }
        line(page, "");
        line(page, "## Sources");
        line(page, "");
        table.cards()
                .forEach((name, card) -> line(
                        page,
                        String.format(
                                Locale.ROOT,
                                "- %s: %,.0f GB/s, %.0f GB. %s",
                                name,
                                card.bandwidth(),
                                card.memory(),
                                card.source())));
        table.models()
                .forEach((name, model) -> line(
                        page, String.format(Locale.ROOT, "- %s: %.1f GB. %s", name, model.weights(), model.source())));
        return page.toString();
    }

    private static String cell(SpeedTable.Expected speed) {
        return String.format(
                Locale.ROOT,
                "%.0f - %.0f - %.0f%s",
                speed.floor(),
                speed.good(),
                speed.roof(),
                speed.cards() == 1 ? "" : " (" + speed.cards() + "x)");
    }

    private static void line(StringBuilder page, String words) {
        page.append(words).append(System.lineSeparator());
    }
}
