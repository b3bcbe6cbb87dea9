package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.config.Placeholders;

/** {@code slo}: how every SLO of a running service stands, from its API. */
final class SloCommand extends Command {
    private final Placeholders placeholders;
    private final Placeholders.Lookup environment;
    private final PrintStream out;

    SloCommand(Placeholders placeholders, Placeholders.Lookup environment, PrintStream out) {
        super("slo", "prints objective, budget left, burn, interval and sample size of every SLO of a running service");
        this.placeholders = placeholders;
        this.environment = environment;
        this.out = out;
    }

    @Override
    public void configure(Subparser parser) {
        ServiceApi.configure(parser, "a viewer's");
        parser.addArgument("--network").setDefault("").help("only SLOs of this network");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        String network = arguments.getString("network");
        List<JsonNode> slos = new ArrayList<>();
        ServiceApi.of(bootstrap, arguments, placeholders, environment).each("/api/v1/slos", "a viewer's", item -> {
            if (network.isEmpty() || network.equals(item.path("network").asText())) {
                slos.add(item);
            }
        });
        print(slos);
    }

    private void print(List<JsonNode> slos) {
        if (slos.isEmpty()) {
            out.println("no SLOs: none in alert-rules/slo/, or nothing that they are about is probed");
            out.flush();
            return;
        }
        for (JsonNode slo : slos) {
            String about = slo.hasNonNull("target")
                    ? slo.path("target").asText() + " (" + slo.path("network").asText() + ")"
                    : slo.path("network").asText();
            out.printf(Locale.ROOT, "%s  %s%n", slo.path("slo").asText(), about);
            out.printf(
                    Locale.ROOT,
                    "  objective    %s %% over %s, %s (%s)%n",
                    percent(slo.path("objective").asDouble()),
                    slo.path("window").asText(),
                    slo.path("budgeting").asText().toLowerCase(Locale.ROOT),
                    slo.path("origin").asText("no origin given"));
            out.printf(
                    Locale.ROOT,
                    "  good         %s, %d samples%n",
                    percents(slo.path("good")),
                    slo.path("samples").asLong());
            out.printf(Locale.ROOT, "  budget left  %s%n", percents(slo.path("budgetLeft")));
            if (slo.path("burns").isEmpty()) {
                out.println("  burn         too few samples to say");
            }
            slo.path("burns").forEach(this::burn);
        }
        out.flush();
    }

    private void burn(JsonNode burn) {
        JsonNode rate = burn.path("rate");
        out.printf(
                Locale.ROOT,
                "  burn         %-6s over %s and %s, limit %s: %.2f [%.2f to %.2f] over %s, %.2f over %s, %d samples%s%n",
                burn.path("severity").asText(),
                burn.path("over").path(0).asText(),
                burn.path("over").path(1).asText(),
                burn.path("times").asText(),
                rate.path("value").asDouble(),
                rate.path("low").asDouble(),
                rate.path("high").asDouble(),
                burn.path("longWindow").asText(),
                burn.path("now").path("value").asDouble(),
                burn.path("shortWindow").asText(),
                burn.path("samples").asLong(),
                burn.path("firing").asBoolean() ? "  FIRING" : "");
    }

    private static String percents(JsonNode interval) {
        return interval.isMissingNode()
                ? "not known yet"
                : percent(interval.path("value").asDouble()) + " % ["
                        + percent(interval.path("low").asDouble()) + " to "
                        + percent(interval.path("high").asDouble()) + "]";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.3f", 100 * share).replaceFirst("\\.?0+$", "");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage());
    }
}
