package network.litewatch.controlplane.notify.receiver;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import network.litewatch.controlplane.config.ConfidentialUrl;
import network.litewatch.probe.http.Cidr;
import org.jspecify.annotations.Nullable;

/**
 * A receiver as the configuration has it.
 *
 * @param name unique; also the key of what it was told
 * @param type webhook or pagerduty
 * @param url of a webhook, a secret, https unless it is on this machine; of PagerDuty the base URL, {@value #PAGERDUTY} where it is left out
 * @param token sent to a webhook as {@code Authorization: Bearer}; empty or absent for none
 * @param routingKey of PagerDuty's service, a secret
 * @param severities incidents of which it is told; critical alone where it is left out
 * @param allow blocks of private addresses that it may have; none where it is left out
 */
public record ReceiverSettings(
        @Nullable String name,
        @Nullable String type,
        @Nullable String url,
        @Nullable String token,
        @Nullable String routingKey,
        @Nullable List<String> severities,
        @Nullable List<String> allow) {
    static final String PAGERDUTY = "https://events.pagerduty.com";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Set<String> SEVERITIES = Set.of("critical", "warning", "info");

    /** What is wrong with {@code all}, each with its field; repeats no secret. */
    public static List<String> problems(List<ReceiverSettings> all) {
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            String field = "receivers[" + i + "].";
            ReceiverSettings one = all.get(i);
            one.check((name, message) -> problems.add(field + name + ": " + message));
            if (one.name != null && !names.add(one.name)) {
                problems.add(field + "name: " + one.name + " is there twice; each receiver needs a name of its own");
            }
        }
        return problems;
    }

    private interface Complaint {
        void of(String field, String message);
    }

    private void check(Complaint complaint) {
        if (name == null || !NAME.matcher(name).matches()) {
            complaint.of("name", "must be 1 to 40 of a-z, 0-9 and -");
        }
        if (isPagerDuty()) {
            if (blank(routingKey)) {
                complaint.of(
                        "routingKey", "is missing: the integration key of an Events API v2 integration of PagerDuty");
            }
        } else if (!"webhook".equals(type)) {
            complaint.of("type", "must be webhook or pagerduty");
        } else if (blank(url)) {
            complaint.of("url", "is missing: where the webhook is");
        }
        attempt(complaint, "url", ConfidentialUrl::parse, blank(url) ? List.of() : List.of(url()));
        attempt(complaint, "allow", Cidr::parse, blocks());
        wanted().stream()
                .filter(severity -> !SEVERITIES.contains(severity))
                .forEach(severity -> complaint.of("severities", "must be of critical, warning and info"));
        if (wanted().isEmpty()) {
            complaint.of("severities", "is empty: it would never be told anything");
        }
    }

    private static void attempt(Complaint complaint, String field, Consumer<String> parse, List<String> texts) {
        for (String text : texts) {
            try {
                parse.accept(text);
            } catch (IllegalArgumentException e) {
                complaint.of(field, String.valueOf(e.getMessage()));
            }
        }
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    /** The name of one that has no problem. */
    public String named() {
        return Objects.requireNonNull(name);
    }

    boolean isPagerDuty() {
        return "pagerduty".equals(type);
    }

    /** The URL as it is written, or PagerDuty's. */
    @Override
    public String url() {
        return url == null || url.isBlank() ? PAGERDUTY : url;
    }

    Set<String> wanted() {
        return severities == null ? Set.of("critical") : Set.copyOf(severities);
    }

    private List<String> blocks() {
        return Objects.requireNonNullElse(allow, List.of());
    }

    List<Cidr> allowed() {
        return blocks().stream().map(Cidr::parse).toList();
    }

    Optional<String> bearer() {
        return Optional.ofNullable(token).filter(text -> !text.isBlank());
    }

    /** Prints neither URL nor secret. */
    @Override
    public String toString() {
        return "Receiver[" + name + " " + type + "]";
    }
}
