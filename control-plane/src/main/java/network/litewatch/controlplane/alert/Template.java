package network.litewatch.controlplane.alert;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Signal;

/**
 * Text with <code>{{ target }}</code>, <code>{{ network }}</code>, <code>{{ labels.operator }}</code> and
 * <code>{{ signals.rpc_head_lag_seconds }}</code> in it. Names are checked when it is made; a value that is missing when it
 * is rendered shows as "unknown".
 */
public record Template(String text) {
    private static final Pattern HOLE = Pattern.compile("\\{\\{\\s*([^}]*?)\\s*}}");

    /** Throws {@link IllegalArgumentException} that says which name is not known. */
    public Template {
        Matcher m = HOLE.matcher(text);
        while (m.find()) {
            String name = m.group(1);
            boolean known = name.equals("target")
                    || name.equals("network")
                    || name.equals("probe")
                    || name.matches("labels\\.[a-zA-Z0-9_]+")
                    || (name.startsWith("signals.")
                            && Signal.named(name.substring("signals.".length())).isPresent());
            if (!known) {
                throw new IllegalArgumentException("\"" + name
                        + "\" cannot stand in {{ }}; write target, network, probe, labels.<name> or signals.<signal>");
            }
        }
    }

    /** The text with the values of {@code assessment}. */
    public String render(Assessment assessment) {
        return HOLE.matcher(text).replaceAll(m -> Matcher.quoteReplacement(value(m.group(1), assessment)));
    }

    private static String value(String name, Assessment assessment) {
        if (name.startsWith("labels.")) {
            return assessment.labels().getOrDefault(name.substring("labels.".length()), "unknown");
        }
        if (name.startsWith("signals.")) {
            Map<Signal, Double> signals = assessment.signals();
            return Signal.named(name.substring("signals.".length()))
                    .filter(signals::containsKey)
                    .map(signal -> signal.format(signals.getOrDefault(signal, Double.NaN)))
                    .orElse("unknown");
        }
        return switch (name) {
            case "target" -> assessment.key().target().value();
            case "network" -> assessment.network().value();
            default -> assessment.key().probe().value();
        };
    }
}
