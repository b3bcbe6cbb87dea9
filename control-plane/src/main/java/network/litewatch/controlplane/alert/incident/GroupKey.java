package network.litewatch.controlplane.alert.incident;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.controlplane.alert.Alert;

/**
 * What alerts of one incident have in common.
 *
 * @param service kind of what failed, such as {@code rpc}
 * @param network id of the network
 * @param failure with the run of the drill behind it, if it belongs to one; class of the failure: the rule's label {@value #LABEL}, or else its runbook, for alerts of one family share
 *     one; of an alert without either, its name
 */
public record GroupKey(String service, String network, String failure) {
    /** Label by which a rule may say that it belongs to another family than its runbook's. */
    public static final String LABEL = "failure_class";

    /** Label of alerts under a drill, with the id of its run. */
    public static final String DRILL = "drill";

    private static final int LONGEST = 400;
    private static final Pattern RUN = Pattern.compile(".* \\(drill ([^ ]+)\\)", Pattern.DOTALL);

    /** Group of {@code alert}. */
    public static GroupKey of(Alert alert) {
        return of(alert.rule(), alert.labels(), alert.annotations());
    }

    /** Group of an alert of that rule, labels and annotations. */
    public static GroupKey of(String rule, Map<String, String> labels, Map<String, String> annotations) {
        String runbook = annotations.getOrDefault("runbook", "");
        String failure = labels.getOrDefault(LABEL, runbook.isEmpty() ? rule : runbook);
        String drill = labels.getOrDefault(DRILL, "");
        // A drill is an incident of its own: it must neither join a real one nor be joined by it.
        return new GroupKey(
                labels.getOrDefault("kind", ""),
                labels.getOrDefault("network", ""),
                drill.isEmpty() ? failure : failure + " (drill " + drill.replace(' ', '_') + ")");
    }

    /** The run of a drill that it belongs to; empty of what is real. */
    public Optional<String> drill() {
        Matcher run = RUN.matcher(failure);
        return run.matches() ? Optional.of(run.group(1)) : Optional.empty();
    }

    /** The key as one text, unique, of a length that an index holds whatever others put into their labels. */
    public String value() {
        String text = String.join("\u001f", List.of(service, network, failure));
        return text.length() <= LONGEST
                ? text
                : Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
    }
}
