package network.litewatch.controlplane.notify.slack;

import static com.slack.api.model.Attachments.asAttachments;
import static com.slack.api.model.block.Blocks.actions;
import static com.slack.api.model.block.Blocks.context;
import static com.slack.api.model.block.Blocks.section;
import static com.slack.api.model.block.composition.BlockCompositions.markdownText;
import static com.slack.api.model.block.composition.BlockCompositions.option;
import static com.slack.api.model.block.composition.BlockCompositions.plainText;
import static com.slack.api.model.block.element.BlockElements.button;
import static com.slack.api.model.block.element.BlockElements.overflowMenu;
import static com.slack.api.model.block.element.BlockElements.staticSelect;

import com.slack.api.model.Attachment;
import com.slack.api.model.block.LayoutBlock;
import com.slack.api.model.block.composition.OptionObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.Note;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.notify.Advice;

/**
 * What an incident looks like in Slack: symptom first, then the value against its threshold, then where to go.
 *
 * <p>Every text may come from a stranger: {@code & < >} are escaped, so nothing can mention or link, formatting marks and
 * control characters are taken out, and lengths are bounded well below Slack's limits.
 *
 * @param text fallback for notifications and screen readers, at most {@value #MAX_TEXT} characters
 */
public record SlackMessage(String text, List<Attachment> attachments) {
    private static final int MAX_TEXT = 150;
    private static final int MAX_FIELD = 600;
    private static final int MAX_NAME = 80;
    private static final int MAX_STEP = 160;
    private static final int MAX_STEPS = 5;
    // Slack refuses a message with a longer section, and with it the page.
    private static final int MAX_SECTION = 3_000;
    private static final List<String> SILENCES = List.of("1h", "4h", "1d");
    // An overflow menu holds five choices.
    private static final List<String> MENU_SILENCES = List.of("1h", "1d");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    /**
     * Renders {@code message}.
     *
     * @param mention what calls whoever is on call, in Slack's own writing; empty to call nobody
     * @param buttons whether what fires can be taken, silenced and so on by buttons
     * @param advice what its runbook says in short; shown while something fires
     */
    public static SlackMessage of(
            IncidentMessage message, Links links, String mention, boolean buttons, Advice advice) {
        Alert first = message.first();
        boolean resolved = message.resolvedAt() != null;
        String summary = first.annotations().getOrDefault("summary", first.rule());
        String head = (message.group().drill().isPresent() ? "DRILL - no action " : "")
                + (resolved ? "[RESOLVED] " : "[" + level(message.severity()) + "] ")
                + summary;
        Attachment attachment = Attachment.builder()
                .color(resolved ? "#2eb67d" : colour(message.severity()))
                .fallback(clean(head, MAX_TEXT))
                .blocks(Stream.of(
                                Stream.of(
                                        markdown("*" + clean(head, MAX_FIELD) + "*"
                                                + (message.flapping() ? "  _flapping_" : "")),
                                        markdown(facts(message, first))),
                                resolved ? Stream.<LayoutBlock>of() : advice(advice),
                                Stream.of(markdown(linkLine(message, first, links))),
                                buttons && !resolved ? Stream.of(buttons(message)) : Stream.<LayoutBlock>of(),
                                Stream.of(footer(message, first)))
                        .flatMap(blocks -> blocks)
                        .toList())
                .build();
        String called = message.mention() && !mention.isEmpty() ? mention + " " : "";
        return new SlackMessage(called + clean(head, MAX_TEXT - called.length()), asAttachments(attachment));
    }

    /**
     * Renders the message for all that is not critical. It calls nobody.
     *
     * @param buttons whether what fires can be taken, silenced and so on, by a menu of its own
     */
    public static SlackMessage of(Digest digest, Links links, boolean buttons) {
        String head = "[DIGEST] " + digest.firing() + " firing, " + digest.ended() + " resolved since "
                + TIME.format(digest.from());
        List<LayoutBlock> blocks = new ArrayList<>();
        blocks.add(markdown("*" + head + "*"));
        for (IncidentMessage one : digest.incidents()) {
            String line = line(one, links);
            blocks.add(buttons && one.resolvedAt() == null ? withMenu(line, one) : markdown(line));
        }
        if (digest.more() > 0) {
            blocks.add(context(c -> c.elements(List.of(markdownText("and " + digest.more() + " more")))));
        }
        Attachment attachment = Attachment.builder()
                .color(digest.firing() == 0 ? "#2eb67d" : colour("warning"))
                .fallback(head)
                .blocks(blocks)
                .build();
        return new SlackMessage(head, asAttachments(attachment));
    }

    private static String line(IncidentMessage message, Links links) {
        Alert first = message.first();
        boolean resolved = message.resolvedAt() != null;
        String summary = first.annotations().getOrDefault("summary", first.rule());
        Incident.Ack ack = message.ack();
        return (resolved ? "[RESOLVED] " : "[" + level(message.severity()) + "] ")
                + clean(summary, MAX_TEXT)
                + (message.firing() > 1 ? " (" + message.firing() + " firing)" : "")
                + (message.flapping() ? "  _flapping_" : "")
                + (resolved ? "" : ", since " + TIME.format(message.openedAt()))
                + (resolved || ack == null ? "" : ", taken by " + clean(ack.by(), MAX_NAME))
                + (resolved || message.muted() == 0 ? "" : ", " + message.muted() + " muted")
                + "  " + linkLine(message, first, links);
    }

    /** A line of a thread. */
    static String line(Note note, String mention) {
        return (note.mention() && !mention.isEmpty() ? mention + " " : "") + clean(note.text(), MAX_FIELD);
    }

    private static String facts(IncidentMessage message, Alert first) {
        StringBuilder text = new StringBuilder();
        String description = first.annotations().getOrDefault("description", "");
        if (!description.isBlank()) {
            text.append(clean(description, MAX_FIELD)).append('\n');
        }
        if (!first.reason().isEmpty()) {
            text.append("*Why*  ")
                    .append(clean(String.join("; ", first.reason()), MAX_FIELD))
                    .append('\n');
        }
        Instant resolvedAt = message.resolvedAt();
        if (resolvedAt == null) {
            text.append("*Since*  ").append(TIME.format(message.openedAt()));
        } else {
            text.append("*Resolved*  ")
                    .append(TIME.format(resolvedAt))
                    .append(" after ")
                    .append(lasted(message.openedAt(), resolvedAt));
            if (!first.now().isEmpty()) {
                text.append("\n*Now*  ").append(clean(String.join("; ", first.now()), MAX_FIELD));
            }
        }
        if (message.firing() + message.ended() > 1) {
            text.append("\n*Top*  ").append(top(message));
        }
        if (message.muted() > 0) {
            text.append("\n*Hidden*  ").append(message.muted()).append(" muted");
            message.mutedWhy().forEach(why -> text.append("; ").append(clean(why, MAX_FIELD)));
        }
        if (message.hiding() > 0) {
            text.append("\n*Hides*  ").append(message.hiding()).append(" alerts of what depends on it");
        }
        Incident.Ack ack = message.ack();
        if (ack != null) {
            text.append("\n*Taken*  by ")
                    .append(clean(ack.by(), MAX_FIELD))
                    .append(", ")
                    .append(TIME.format(ack.at()));
        }
        String falseAlarm = message.falseAlarm();
        if (falseAlarm != null) {
            text.append("\n*False alarm*  says ").append(clean(falseAlarm, MAX_FIELD));
        }
        return text.toString();
    }

    private static Stream<LayoutBlock> advice(Advice advice) {
        List<String> lines = new ArrayList<>();
        if (!advice.impact().isBlank()) {
            lines.add("*Impact*  " + clean(advice.impact(), MAX_FIELD));
        }
        if (!advice.next().isEmpty()) {
            lines.add("*Next*  "
                    + IntStream.range(0, Math.min(MAX_STEPS, advice.next().size()))
                            .mapToObj(i -> (i + 1) + ") " + clean(advice.next().get(i), MAX_STEP))
                            .collect(Collectors.joining("  ")));
        }
        if (!advice.owner().isBlank()) {
            lines.add("*Owner*  " + clean(advice.owner(), MAX_NAME));
        }
        return lines.isEmpty() ? Stream.of() : Stream.of(markdown(String.join("\n", lines)));
    }

    private static String top(IncidentMessage message) {
        String names = message.top().stream()
                .map(alert -> alert.labels().getOrDefault("target", alert.rule()))
                .distinct()
                .map(name -> clean(name, MAX_NAME))
                .collect(Collectors.joining(", "));
        return names + " (" + message.firing() + " firing, " + message.ended() + " resolved)";
    }

    private static String linkLine(IncidentMessage message, Alert first, Links links) {
        StringBuilder text = new StringBuilder();
        links.runbook(first).ifPresent(url -> text.append('<').append(url).append("|Runbook>   "));
        links.dashboard(first).ifPresent(url -> text.append('<').append(url).append("|Dashboard>   "));
        return text.append('<')
                .append(links.incident(message.incident()))
                .append("|Incident>")
                .toString();
    }

    private static LayoutBlock buttons(IncidentMessage message) {
        String incident = message.incident().toString();
        List<OptionObject> silences = SILENCES.stream()
                .map(lasts -> option(plainText(lasts), incident + " " + lasts))
                .toList();
        return actions(List.of(
                button(b -> b.text(plainText("Ack"))
                        .actionId(Press.Action.ACK.id())
                        .value(incident)
                        .style("primary")),
                staticSelect(s -> s.placeholder(plainText("Silence"))
                        .actionId(Press.Action.SILENCE.id())
                        .options(silences)),
                button(b -> b.text(plainText("Escalate"))
                        .actionId(Press.Action.ESCALATE.id())
                        .value(incident)),
                button(b -> b.text(plainText("False alarm"))
                        .actionId(Press.Action.FALSE_ALARM.id())
                        .value(incident))));
    }

    private static LayoutBlock withMenu(String line, IncidentMessage message) {
        List<OptionObject> choices = Stream.concat(
                        Stream.of(choice("Ack", message, Press.Action.ACK, "")),
                        Stream.concat(
                                MENU_SILENCES.stream()
                                        .map(lasts -> choice("Silence " + lasts, message, Press.Action.SILENCE, lasts)),
                                Stream.of(
                                        choice("Escalate", message, Press.Action.ESCALATE, ""),
                                        choice("False alarm", message, Press.Action.FALSE_ALARM, ""))))
                .toList();
        return section(s -> s.text(markdownText(bounded(line)))
                .accessory(overflowMenu(m -> m.actionId(Press.MENU).options(choices))));
    }

    private static OptionObject choice(String says, IncidentMessage message, Press.Action action, String lasts) {
        return option(plainText(says), action.choice(message.incident(), lasts));
    }

    private static LayoutBlock footer(IncidentMessage message, Alert first) {
        String text = Stream.of(
                        first.rule(),
                        message.group().network(),
                        first.labels().getOrDefault("target", ""),
                        message.incident().toString())
                .filter(part -> !part.isEmpty())
                .map(part -> clean(part, MAX_FIELD))
                .collect(Collectors.joining("  ·  "));
        return context(c -> c.elements(List.of(markdownText(text))));
    }

    private static LayoutBlock markdown(String text) {
        return section(s -> s.text(markdownText(bounded(text))));
    }

    /** Whole lines of {@code text}, as many as a section may have. */
    static String bounded(String text) {
        if (text.length() <= MAX_SECTION) {
            return text;
        }
        // Every part of a line is bounded far below that.
        return text.substring(0, Math.max(text.lastIndexOf('\n', MAX_SECTION - 2), 0)) + "\n…";
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
