package network.litewatch.controlplane.alert.incident;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.alert.Alert;

/**
 * What alerts of one incident have in common.
 *
 * @param service kind of what failed, such as {@code rpc}
 * @param network id of the network
 * @param failure class of the failure: the rule's label {@value #LABEL}, or else its runbook, for alerts of one family share
 *     one; of an alert without either, its name
 */
public record GroupKey(String service, String network, String failure) {
    /** Label by which a rule may say that it belongs to another family than its runbook's. */
    public static final String LABEL = "failure_class";

    private static final int LONGEST = 400;

    /** Group of {@code alert}. */
    public static GroupKey of(Alert alert) {
        return of(alert.rule(), alert.labels(), alert.annotations());
    }

    /** Group of an alert of that rule, labels and annotations. */
    public static GroupKey of(String rule, Map<String, String> labels, Map<String, String> annotations) {
        String runbook = annotations.getOrDefault("runbook", "");
        return new GroupKey(
                labels.getOrDefault("kind", ""),
                labels.getOrDefault("network", ""),
                labels.getOrDefault(LABEL, runbook.isEmpty() ? rule : runbook));
    }

    /** The key as one text, unique, of a length that an index holds whatever others put into their labels. */
    public String value() {
        String text = String.join("\u001f", List.of(service, network, failure));
        return text.length() <= LONGEST
                ? text
                : Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
    }
}
