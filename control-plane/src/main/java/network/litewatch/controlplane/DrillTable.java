package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What runs of drills came to, as a table. */
record DrillTable(PrintStream out) {
    private void row(JsonNode run, JsonNode alert) {
        out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %d | %s | %s |%n",
                alert.path("alert").asText(),
                run.path("fault").asText(),
                run.path("mode").asText(),
                seconds(alert.path("secondsToFire")),
                alert.path("firesWithin").asText(),
                seconds(alert.path("secondsToResolve")),
                run.path("messages").asInt(),
                run.path("verdict").asText(),
                run.path("passed").asBoolean()
                        ? "yes"
                        : "NO: " + run.path("why").asText());
    }

    /** Prints a row for each alert of each run; the messages are those of the run. False when one did not come to what it should. */
    boolean print(List<JsonNode> runs) {
        out.println();
        runs.sort(Comparator.comparing((JsonNode run) -> run.path("mode").asText())
                .thenComparing(run -> run.path("drill").asText()));
        out.println(
                "| alert | fault | mode | fired after, s | bound | resolved after, s | messages | verdict | as it should be |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        int passed = 0;
        for (JsonNode run : runs) {
            passed += run.path("passed").asBoolean() ? 1 : 0;
            run.path("expected").forEach(alert -> row(run, alert));
        }
        out.printf("%d of %d as they should be%n", passed, runs.size());
        out.flush();
        return passed == runs.size();
    }

    static String seconds(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.1f", value.asDouble()) : "-";
    }
}
