package network.litewatch.controlplane.notify.slack;

import static com.slack.api.model.Attachments.asAttachments;
import static com.slack.api.model.block.Blocks.asBlocks;
import static com.slack.api.model.block.Blocks.context;
import static com.slack.api.model.block.Blocks.section;
import static com.slack.api.model.block.composition.BlockCompositions.markdownText;

import com.slack.api.model.Attachment;
import com.slack.api.model.block.LayoutBlock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.notify.AlertMessage;
import network.litewatch.controlplane.notify.Notification;

/**
 * What a notification looks like in Slack: symptom first, then the value against its threshold, then where to go.
 *
 * <p>Every text may come from a stranger: {@code & < >} are escaped, so nothing can mention or link, formatting marks and
 * control characters are taken out, and lengths are bounded well below Slack's limits.
 *
 * @param text fallback for notifications and screen readers, at most {@value #MAX_TEXT} characters
 */
public record SlackMessage(String text, List<Attachment> attachments) {
    private static final int MAX_TEXT = 150;
    private static final int MAX_FIELD = 600;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    /** Renders {@code notification}. */
    public static SlackMessage of(Notification notification, Links links) {
        AlertMessage message = notification.message();
        boolean resolved = notification.kind() == Notification.Kind.RESOLVED;
        String head = (resolved ? "[RESOLVED] " : "[" + level(message.severity()) + "] ") + message.summary();
        Attachment attachment = Attachment.builder()
                .color(resolved ? "#2eb67d" : colour(message.severity()))
                .fallback(clean(head, MAX_TEXT))
                .blocks(asBlocks(
                        markdown("*" + clean(head, MAX_FIELD) + "*"),
                        markdown(facts(message)),
                        markdown(linkLine(message, links)),
                        footer(message)))
                .build();
        return new SlackMessage(clean(head, MAX_TEXT), asAttachments(attachment));
    }

    private static String facts(AlertMessage message) {
        StringBuilder text = new StringBuilder();
        if (!message.description().isBlank()) {
            text.append(clean(message.description(), MAX_FIELD)).append('\n');
        }
        text.append("*Why*  ")
                .append(clean(String.join("; ", message.reason()), MAX_FIELD))
                .append('\n');
        if (message.resolvedAt() == null) {
            text.append("*Since*  ").append(TIME.format(message.startsAt()));
        } else {
            text.append("*Resolved*  ")
                    .append(TIME.format(message.resolvedAt()))
                    .append(" after ")
                    .append(lasted(message.startsAt(), message.resolvedAt()));
            if (!message.now().isEmpty()) {
                text.append("\n*Now*  ").append(clean(String.join("; ", message.now()), MAX_FIELD));
            }
        }
        return text.toString();
    }

    private static String linkLine(AlertMessage message, Links links) {
        StringBuilder text = new StringBuilder();
        text.append('<').append(links.runbook(message)).append("|Runbook>");
        links.dashboard(message)
                .ifPresent(url -> text.append("   <").append(url).append("|Dashboard>"));
        return text.append("   <")
                .append(links.alert(message))
                .append("|Alert>")
                .toString();
    }

    private static LayoutBlock footer(AlertMessage message) {
        String text = clean(message.alert(), MAX_FIELD) + "  ·  " + clean(message.network(), MAX_FIELD) + "  ·  "
                + clean(message.target(), MAX_FIELD) + "  ·  " + message.fingerprint();
        return context(c -> c.elements(List.of(markdownText(text))));
    }

    private static LayoutBlock markdown(String text) {
        return section(s -> s.text(markdownText(text)));
    }

    private static String lasted(Instant from, Instant to) {
        return Durations.format(Duration.ofSeconds(Duration.between(from, to).toSeconds()));
    }

    private static String level(String severity) {
        return severity.equals("critical") ? "CRIT" : severity.toUpperCase(Locale.ROOT);
    }

    private static String colour(String severity) {
        return switch (severity) {
            case "critical" -> "#e01e5a";
            case "warning" -> "#ecb22e";
            default -> "#36c5f0";
        };
    }

    /** {@code text} bounded, on one line, with nothing left that Slack would interpret. */
    static String clean(String text, int max) {
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (c == '*' || c == '`' || c == '~') {
                plain.append('\'');
            } else if (Character.isWhitespace(c) || type == Character.CONTROL) {
                plain.append(' ');
            } else if (type != Character.FORMAT && type != Character.SURROGATE && type != Character.PRIVATE_USE) {
                plain.appendCodePoint(c);
            }
        });
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < plain.length(); i = plain.offsetByCodePoints(i, 1)) {
            String next = escape(plain.codePointAt(i));
            // Bounded as escaped, which is what Slack counts, and never in the middle of a character.
            if (escaped.length() + next.length() >= max) {
                return escaped.append('…').toString();
            }
            escaped.append(next);
        }
        return escaped.toString();
    }

    private static String escape(int codePoint) {
        return switch (codePoint) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            default -> Character.toString(codePoint);
        };
    }
}
