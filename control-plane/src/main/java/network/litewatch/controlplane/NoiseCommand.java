package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.config.Placeholders;

/** {@code noise}: which alerts of a running service fire more often than their runbooks expect. */
final class NoiseCommand extends Command {
    private final Placeholders placeholders;
    private final Placeholders.Lookup environment;
    private final PrintStream out;

    NoiseCommand(Placeholders placeholders, Placeholders.Lookup environment, PrintStream out) {
        super(
                "noise",
                "prints which alerts fired more often in the last 30 days than their runbooks expect, and which were called false");
        this.placeholders = placeholders;
        this.environment = environment;
        this.out = out;
    }

    @Override
    public void configure(Subparser parser) {
        ServiceApi.configure(parser, "a viewer's");
        parser.addArgument("--all").action(Arguments.storeTrue()).help("alerts that never fired too");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        List<JsonNode> alerts = new ArrayList<>();
        ServiceApi.of(bootstrap, arguments, placeholders, environment).each("/api/v1/noise", "a viewer's", alerts::add);
        boolean all = arguments.getBoolean("all");
        long noisy =
                alerts.stream().filter(alert -> alert.path("noisy").asBoolean()).count();
        long unknown = alerts.stream()
                .filter(alert -> !alert.has("noisy") && alert.path("fired").asLong() > 0)
                .count();
        alerts.stream().filter(alert -> all || alert.path("fired").asLong() > 0).forEach(this::print);
        out.printf(
                Locale.ROOT,
                "in %s %d of %d alerts fired, %d of them more often than expected%s; drills are left out%n",
                // The same for all of them.
                span(alerts.isEmpty() ? 0 : alerts.get(0).path("days").asDouble()),
                alerts.stream()
                        .filter(alert -> alert.path("fired").asLong() > 0)
                        .count(),
                alerts.size(),
                noisy,
                unknown == 0 ? "" : ", and of " + unknown + " the runbook has no rate that can be counted");
        out.flush();
    }

    private static String span(double days) {
        return days < 1
                ? String.format(Locale.ROOT, "%.1f hours", days * 24)
                : String.format(Locale.ROOT, "%.1f days", days);
    }

    private void print(JsonNode alert) {
        String expected = alert.path("expected").asText("nothing written");
        out.printf(
                Locale.ROOT,
                "%-8s %s: fired %d%s; expected: %s%s%s%n",
                alert.has("noisy") ? (alert.path("noisy").asBoolean() ? "NOISY" : "ok") : "unknown",
                alert.path("alert").asText(),
                alert.path("fired").asLong(),
                alert.has("most")
                        ? ", of which " + alert.path("mostFired").asLong() + " at "
                                + alert.path("most").asText()
                        : "",
                expected,
                alert.has("allowed")
                        ? String.format(
                                Locale.ROOT,
                                " (%.2g in %s; as many by chance: %.2g)",
                                alert.path("allowed").asDouble(),
                                span(alert.path("days").asDouble()),
                                alert.path("chance").asDouble())
                        : "",
                alert.path("falseAlarms").asInt() > 0
                        ? "; called false: " + alert.path("falseAlarms").asInt() + " incidents of "
                                + alert.path("runbook").asText()
                        : "");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage());
    }
}
