package network.litewatch.controlplane.notify.slack;

import com.google.gson.JsonParseException;
import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.SlackApiTextResponse;
import com.slack.api.methods.response.chat.ChatPostMessageResponse;
import com.slack.api.methods.response.chat.ChatUpdateResponse;
import com.slack.api.methods.response.conversations.ConversationsHistoryResponse;
import com.slack.api.methods.response.conversations.ConversationsListResponse;
import com.slack.api.methods.response.conversations.ConversationsRepliesResponse;
import com.slack.api.model.Message;
import com.slack.api.model.ResponseMetadata;
import com.slack.api.util.http.SlackHttpClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.Note;
import network.litewatch.controlplane.notify.Advice;
import network.litewatch.controlplane.notify.Notifier;
import network.litewatch.probe.Secret;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Slack by bot token: one message per incident, edited in place, with a thread. Thread-safe; blocks its caller. */
public final class SlackNotifier implements Notifier, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlackNotifier.class);
    private static final String EVENT = "litewatch_notification";
    private static final int ANSWER_MILLIS = 10_000;
    private static final int PAGE = 200;
    // 10 000 messages: a channel that says more since the alert fired than that is not read to its end.
    private static final int PAGES = 50;
    // How far the clock of Slack may be behind ours.
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(5);
    // Errors that another try mends; any other one needs a person.
    static final Set<String> PASSING =
            Set.of("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org");
    private static final Set<String> GONE =
            Set.of("message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found");

    private static final String NO_CHANNEL = "channel_not_found";

    private final Slack slack;
    private final MethodsClient methods;
    private final Channels channels;
    private final Look look;
    // Names with their #, and the ids that Slack has for them.
    private final Map<String, String> channelIds = new ConcurrentHashMap<>();

    /**
     * Where messages go. Names with their # or ids.
     *
     * @param drills where incidents of drills are told
     * @param digest where one message tells of all that is not critical, if that is so
     */
    public record Channels(String main, String drills, String digest) {
        /** All in one. */
        public static Channels only(String channel) {
            return new Channels(channel, channel, channel);
        }

        String of(IncidentMessage incident) {
            return incident.group().drill().isPresent() ? drills : main;
        }

        /** Where an incident may be, each once. */
        List<String> ofIncidents() {
            return Stream.of(main, drills).distinct().toList();
        }
    }

    /**
     * What messages have besides what is known of the incident.
     *
     * @param mention what calls whoever is on call, in Slack's own writing; empty to call nobody
     * @param buttons whether messages have buttons, which somebody must be there to answer
     * @param advice what is written down for an alert
     */
    public record Look(Links links, String mention, boolean buttons, Function<Alert, Advice> advice) {
        SlackMessage of(IncidentMessage incident) {
            return SlackMessage.of(incident, links, mention, buttons, advice.apply(incident.first()));
        }
    }

    /**
     * Speaks to Slack.
     *
     * @param apiUrl base of the Web API, ending in {@code /api/}
     */
    public SlackNotifier(String apiUrl, Secret token, Channels channels, Look look) {
        SlackConfig config = new SlackConfig();
        config.setMethodsEndpointUrlPrefix(apiUrl.endsWith("/") ? apiUrl : apiUrl + "/");
        config.setHttpClientCallTimeoutMillis(ANSWER_MILLIS);
        // Its statistics ask auth.test before a call, which spends the rate limit and time of the message itself.
        config.setStatsEnabled(false);
        // The SDK's own client repeats a request whose connection broke; a POST that was served would be posted twice.
        this.slack = Slack.getInstance(
                config,
                new SlackHttpClient(new OkHttpClient.Builder()
                        .retryOnConnectionFailure(false)
                        .callTimeout(Duration.ofMillis(ANSWER_MILLIS))
                        .build()));
        this.methods = slack.methods(token.reveal());
        this.channels = channels;
        this.look = look;
    }

    /** Says {@code text} to one person, whom nobody else sees it; what cannot be said now is not said. */
    public void whisper(String in, String user, String text) {
        try {
            methods.chatPostEphemeral(r -> r.channel(in).user(user).text(text));
        } catch (IOException | SlackApiException | JsonParseException e) {
            LOG.info("somebody in Slack could not be answered: {}", e.getClass().getSimpleName());
        }
    }

    @Override
    public Delivery post(IncidentMessage incident) {
        return post(channels.of(incident), look.of(incident), incident.incident());
    }

    private Delivery post(String to, SlackMessage message, UUID id) {
        return deliver(() -> {
            ChatPostMessageResponse answer = methods.chatPostMessage(r -> r.channel(to)
                    .text(message.text())
                    .attachments(message.attachments())
                    .metadata(metadata(id))
                    .unfurlLinks(false));
            if (answer.isOk()) {
                channelIds.put(to, answer.getChannel());
            }
            return new Answer(answer, answer.getChannel(), answer.getTs());
        });
    }

    @Override
    public Delivery update(Posted posted, IncidentMessage incident) {
        return update(posted, look.of(incident));
    }

    private Delivery update(Posted posted, SlackMessage message) {
        return inChannel(() -> {
            ChatUpdateResponse answer = methods.chatUpdate(r -> r.channel(posted.channel())
                    .ts(posted.ts())
                    .text(message.text())
                    .attachments(message.attachments()));
            return new Answer(answer, posted.channel(), posted.ts());
        });
    }

    @Override
    public Delivery post(UUID id, Digest digest) {
        return post(channels.digest(), SlackMessage.of(digest, look.links(), look.buttons()), id);
    }

    @Override
    public Delivery update(Posted posted, Digest digest) {
        return update(posted, SlackMessage.of(digest, look.links(), look.buttons()));
    }

    @Override
    public Delivery reply(Posted root, Note note) {
        return inChannel(() -> {
            ChatPostMessageResponse answer = methods.chatPostMessage(r -> r.channel(root.channel())
                    .threadTs(root.ts())
                    .replyBroadcast(note.broadcast())
                    .text(SlackMessage.line(note, look.mention()))
                    .metadata(metadata(note.id()))
                    .unfurlLinks(false));
            return new Answer(answer, root.channel(), answer.getTs());
        });
    }

    @Override
    public Lookup find(UUID incident, Instant since) {
        boolean certain = true;
        for (String channel : channels.ofIncidents()) {
            Lookup there = find(channel, incident, since);
            if (there.posted().isPresent()) {
                return there;
            }
            certain &= there.certain();
        }
        return new Lookup(certain, Optional.empty());
    }

    @Override
    public Lookup findDigest(UUID id, Instant since) {
        return find(channels.digest(), id, since);
    }

    private Lookup find(String where, UUID incident, Instant since) {
        try {
            Optional<String> in = channelId(where);
            if (in.isEmpty()) {
                return Lookup.unknown();
            }
            String oldest = Long.toString(since.minus(SKEW).getEpochSecond());
            return search(in.get(), incident, cursor -> {
                ConversationsHistoryResponse answer = methods.conversationsHistory(r -> r.channel(in.get())
                        .oldest(oldest)
                        .limit(PAGE)
                        .cursor(cursor)
                        .includeAllMetadata(true));
                return new Page(
                        answer.isOk(), answer.getMessages(), answer.isHasMore(), next(answer.getResponseMetadata()));
            });
        } catch (IOException | SlackApiException | JsonParseException e) {
            return Lookup.unknown();
        }
    }

    @Override
    public Lookup findReply(Posted root, UUID note) {
        try {
            return search(root.channel(), note, cursor -> {
                ConversationsRepliesResponse answer = methods.conversationsReplies(r -> r.channel(root.channel())
                        .ts(root.ts())
                        .limit(PAGE)
                        .cursor(cursor)
                        .includeAllMetadata(true));
                return new Page(
                        answer.isOk(), answer.getMessages(), answer.isHasMore(), next(answer.getResponseMetadata()));
            });
        } catch (IOException | SlackApiException | JsonParseException e) {
            return Lookup.unknown();
        }
    }

    /** Reads page by page to the end; only then is a miss certain. */
    private static Lookup search(String channel, UUID id, Pages pages) throws IOException, SlackApiException {
        String cursor = "";
        for (int i = 0; i < PAGES; i++) {
            Page page = pages.from(cursor);
            if (!page.ok()) {
                return Lookup.unknown();
            }
            Optional<Message> message =
                    page.messages().stream().filter(m -> isOf(m, id)).findFirst();
            if (message.isPresent()) {
                return Lookup.of(message.map(m -> new Posted(channel, m.getTs())));
            }
            cursor = page.next();
            if (!page.more() || cursor.isEmpty()) {
                return page.more() ? Lookup.unknown() : Lookup.of(Optional.empty());
            }
        }
        return Lookup.unknown();
    }

    private record Page(boolean ok, List<Message> messages, boolean more, String next) {}

    private interface Pages {
        Page from(String cursor) throws IOException, SlackApiException;
    }

    private static String next(@Nullable ResponseMetadata metadata) {
        return metadata == null ? "" : Objects.requireNonNullElse(metadata.getNextCursor(), "");
    }

    /** The channel's id, which history wants where posting takes a name; empty when Slack does not list it to us. */
    private Optional<String> channelId(String name) throws IOException, SlackApiException {
        if (!name.startsWith("#")) {
            return Optional.of(name);
        }
        String cursor = "";
        while (!channelIds.containsKey(name)) {
            String from = cursor;
            ConversationsListResponse answer =
                    methods.conversationsList(r -> r.limit(PAGE).cursor(from).excludeArchived(true));
            if (!answer.isOk()) {
                return Optional.empty();
            }
            answer.getChannels().stream()
                    .filter(c -> name.equals("#" + c.getName()))
                    .findFirst()
                    .ifPresent(c -> channelIds.put(name, c.getId()));
            String next = answer.getResponseMetadata() == null
                    ? null
                    : answer.getResponseMetadata().getNextCursor();
            if (next == null || next.isEmpty()) {
                break;
            }
            cursor = next;
        }
        return Optional.ofNullable(channelIds.get(name));
    }

    /** Whether the token is good; the text says what is wrong, empty is fine. */
    public Optional<String> trouble() {
        try {
            SlackApiTextResponse answer = methods.authTest(r -> r);
            return answer.isOk() ? Optional.empty() : Optional.of("Slack refuses the token: " + answer.getError());
        } catch (IOException | SlackApiException | JsonParseException e) {
            return Optional.of("Slack cannot be reached: " + e.getClass().getSimpleName());
        }
    }

    @Override
    public void close() throws IOException {
        try {
            slack.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Slack client did not close", e);
        }
    }

    private static boolean isOf(Message message, UUID id) {
        return message.getMetadata() != null
                && EVENT.equals(message.getMetadata().getEventType())
                && id.toString()
                        .equals(String.valueOf(
                                message.getMetadata().getEventPayload().get("id")));
    }

    private static Message.Metadata metadata(UUID id) {
        Message.Metadata metadata = new Message.Metadata();
        metadata.setEventType(EVENT);
        metadata.setEventPayload(Map.of("id", id.toString()));
        return metadata;
    }

    private record Answer(SlackApiTextResponse response, String channel, String ts) {}

    @FunctionalInterface
    private interface Call {
        Answer call() throws IOException, SlackApiException;
    }

    /** In the channel of a message that is out: where that is gone, so is the message. */
    private static Delivery inChannel(Call call) {
        Delivery delivery = deliver(call);
        return delivery instanceof Delivery.Rejected rejected
                        && rejected.reason().endsWith(NO_CHANNEL)
                ? new Delivery.Missing(rejected.reason())
                : delivery;
    }

    private static Delivery deliver(Call call) {
        try {
            Answer answer = call.call();
            if (answer.response().isOk()) {
                return new Delivery.Delivered(new Posted(answer.channel(), answer.ts()));
            }
            return refused(String.valueOf(answer.response().getError()));
        } catch (SlackApiException e) {
            int status = e.getResponse().code();
            if (status == 429) {
                return new Delivery.Throttled(retryAfter(e.getResponse().header("Retry-After")), "Slack answered 429");
            }
            return new Delivery.Unknown("Slack answered " + status);
        } catch (IOException | JsonParseException e) {
            // Not JSON: something that is not Slack stands between.
            return new Delivery.Unknown(
                    "Slack cannot be reached: " + e.getClass().getSimpleName());
        }
    }

    private static Delivery refused(String error) {
        String reason = "Slack answered " + error;
        if (GONE.contains(error)) {
            return new Delivery.Missing(reason);
        }
        if (error.equals("ratelimited")) {
            return new Delivery.Throttled(DEFAULT_RETRY_AFTER, reason);
        }
        return PASSING.contains(error) ? new Delivery.Unknown(reason) : new Delivery.Rejected(reason);
    }

    static Duration retryAfter(@Nullable String header) {
        try {
            return header == null
                    ? DEFAULT_RETRY_AFTER
                    : Duration.ofSeconds(Math.max(1, Long.parseLong(header.strip())));
        } catch (NumberFormatException e) {
            return DEFAULT_RETRY_AFTER;
        }
    }
}
