package network.litewatch.lab.slack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import network.litewatch.lab.http.Json;
import org.jspecify.annotations.Nullable;

/** Channels and their messages, in memory; the oldest of a channel go when it has 2000. Thread-safe. */
final class SlackStore {

    private static final int MAX_MESSAGES = 2_000;
    private static final int MAX_CHANNELS = 200;
    private static final int MAX_WHISPERS = 200;
    private static final Pattern ID = Pattern.compile("C[0-9A-Z]{8,}");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_-]{1,80}");

    /** A channel; {@code name} is without the hash sign. */
    record Channel(String id, String name) {}

    private final InstantSource clock;
    private final Map<Channel, Map<String, SlackMessage>> channels = new LinkedHashMap<>(); // guarded by this
    private final ArrayDeque<ObjectNode> whispers = new ArrayDeque<>(); // guarded by this
    private long lastMicros; // guarded by this

    SlackStore(InstantSource clock) {
        this.clock = clock;
    }

    /** The channel of that id or name (with or without #); a name that is new makes a channel. */
    synchronized Optional<Channel> channel(String idOrName) {
        String name = idOrName.replaceFirst("^#", "").toLowerCase(Locale.ROOT);
        for (Channel channel : channels.keySet()) {
            if (channel.id().equals(idOrName) || channel.name().equals(name)) {
                return Optional.of(channel);
            }
        }
        if (ID.matcher(idOrName).matches() || !NAME.matcher(name).matches() || channels.size() >= MAX_CHANNELS) {
            return Optional.empty();
        }
        var fresh = new Channel(String.format(Locale.ROOT, "C%08d", channels.size() + 1), name);
        channels.put(fresh, new LinkedHashMap<>());
        return Optional.of(fresh);
    }

    synchronized List<Channel> channels() {
        return List.copyOf(channels.keySet());
    }

    synchronized SlackMessage post(Channel channel, @Nullable String thread, SlackMessage.Content content) {
        Map<String, SlackMessage> messages = messages(channel);
        if (messages.size() >= MAX_MESSAGES) {
            messages.remove(messages.keySet().iterator().next());
        }
        var message = new SlackMessage(channel.id(), nextTs(), thread, content, List.of());
        messages.put(message.ts(), message);
        return message;
    }

    /** Says something to one person, and gives it a ts. */
    synchronized String whisper(Channel channel, String user, SlackMessage.Content content) {
        if (whispers.size() >= MAX_WHISPERS) {
            whispers.removeFirst();
        }
        String ts = nextTs();
        whispers.add(Json.object()
                .put("ts", ts)
                .put("channel", channel.id())
                .put("user", user)
                .put("text", content.text()));
        return ts;
    }

    /** Edits a message; empty when there is none of that ts. */
    synchronized Optional<SlackMessage> update(Channel channel, String ts, SlackMessage.Content content) {
        Map<String, SlackMessage> messages = messages(channel);
        SlackMessage before = messages.get(ts);
        if (before == null) {
            return Optional.empty();
        }
        SlackMessage after = before.edited(nextTs(), content);
        messages.put(ts, after);
        return Optional.of(after);
    }

    /** A channel's messages, the oldest first. */
    synchronized List<SlackMessage> history(Channel channel) {
        return new ArrayList<>(messages(channel).values());
    }

    /** Everything, for the page and for tests. */
    synchronized ObjectNode state() {
        ObjectNode state = Json.object();
        ArrayNode list = state.putArray("channels");
        channels.forEach((channel, messages) -> {
            ObjectNode shown = list.addObject().put("id", channel.id()).put("name", channel.name());
            ArrayNode shownMessages = shown.putArray("messages");
            messages.values().forEach(message -> shownMessages.add(message.toState()));
        });
        ArrayNode said = state.putArray("whispers");
        whispers.forEach(said::add);
        return state;
    }

    private Map<String, SlackMessage> messages(Channel channel) {
        Map<String, SlackMessage> messages = channels.get(channel);
        if (messages == null) {
            throw new IllegalArgumentException("not a channel of this store: " + channel);
        }
        return messages;
    }

    /** Seconds and microseconds, as Slack has it: unique and increasing whatever the clock does. */
    private String nextTs() {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        lastMicros = Math.max(lastMicros + 1, micros);
        return String.format(Locale.ROOT, "%d.%06d", lastMicros / 1_000_000, lastMicros % 1_000_000);
    }
}
