package network.litewatch.controlplane;

import com.google.re2j.Pattern;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import network.litewatch.controlplane.ControlPlaneConfiguration.SlackUser;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.GroupKey;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Silence;
import network.litewatch.controlplane.api.OperatorActions;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.notify.IncidentView;
import network.litewatch.controlplane.notify.slack.Press;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.AuditLog.Actor;
import network.litewatch.controlplane.store.SilenceStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what people press in Slack, by the roles that the configuration gives them, behind the answer that Slack is waiting for. What
 * becomes of it is seen in the message; who may not, or comes too late, is told so and nobody else is.
 */
final class SlackDesk implements Consumer<Press>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlackDesk.class);
    private static final int WAITING = 100;
    private static final int MOST_TARGETS = 20;
    private static final Duration SAME = Duration.ofMinutes(1);

    private final OperatorActions actions;
    private final Known known;
    private final InstantSource clock;
    private final Map<String, SlackUser> users;
    private final Whisper whisper;
    private final ExecutorService worker = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> new Thread(task, "slack-desk"));

    /** What is known of incidents. */
    record Known(IncidentLog incidents, AlertStore alerts, SilenceStore silences) {}

    /** Says something to one person. */
    interface Whisper {
        /** {@code text} is ours, and needs no escaping. Throws nothing: what is not heard is lost. */
        void say(String channel, String user, String text);
    }

    SlackDesk(OperatorActions actions, Known known, InstantSource clock, List<SlackUser> users, Whisper whisper) {
        this.actions = actions;
        this.known = known;
        this.clock = clock;
        this.users = users.stream().collect(Collectors.toMap(SlackUser::id, user -> user, (first, second) -> first));
        this.whisper = whisper;
    }

    @Override
    public void accept(Press press) {
        try {
            worker.execute(() -> act(press));
        } catch (RejectedExecutionException e) {
            LOG.warn("a press of {} was dropped: too many at once", press.action());
        }
    }

    private void act(Press press) {
        try {
            refusal(press).or(() -> done(press)).ifPresent(text -> whisper.say(press.channel(), press.user(), text));
        } catch (RuntimeException e) {
            LOG.warn("what was pressed in Slack could not be done", e);
            whisper.say(
                    press.channel(),
                    press.user(),
                    "It could not be done now: the database does not answer. Try again.");
        }
    }

    private Optional<String> refusal(Press press) {
        SlackUser user = users.get(press.user());
        if (user == null) {
            return Optional.of("Litewatch does not know you. Whoever runs it can add your id, " + press.user()
                    + ", to slack.interactions.users.");
        }
        return Role.named(user.role()).includes(Role.OPERATOR)
                ? Optional.empty()
                : Optional.of("You may look, but this needs the role operator, and you are " + user.role() + ".");
    }

    /** Does it; what there is to say about that, to who pressed. */
    private Optional<String> done(Press press) {
        SlackUser user = users.get(press.user());
        Actor actor = new Actor("slack:" + (user == null ? press.user() : user.name()), "slack");
        Optional<Incident> changed = switch (press.action()) {
            case ACK -> actions.ack(press.incident(), press.lasts(), actor);
            case ESCALATE -> actions.escalate(press.incident(), actor);
            case FALSE_ALARM -> actions.falseAlarm(press.incident(), actor);
            case SILENCE -> Optional.empty();
        };
        if (press.action() == Press.Action.SILENCE) {
            return silence(press, actor);
        }
        return changed.isPresent() ? Optional.empty() : Optional.of("That incident is over; nothing was done.");
    }

    private Optional<String> silence(Press press, Actor actor) {
        Optional<Incident> incident = known.incidents()
                .find(press.incident())
                .filter(view -> view.closedAt().isEmpty())
                .map(IncidentView::incident);
        List<Alert> firing = incident.map(i -> firing(i.group())).orElse(List.of());
        if (incident.isEmpty() || firing.isEmpty()) {
            return Optional.of("Nothing of that incident fires any more; no silence was made.");
        }
        Instant now = clock.instant();
        List<Matcher> matchers = narrowest(incident.get().group(), firing);
        Instant until = now.plus(press.lasts());
        boolean same = known.silences().all().stream()
                .anyMatch(silence -> silence.at(now) == Silence.State.ACTIVE
                        && silence.matchers().equals(matchers)
                        && !silence.endsAt().isBefore(until.minus(SAME)));
        if (!same) {
            var made = actions.silence(
                    Optional.empty(),
                    new OperatorActions.Wish(
                            matchers, now, until, actor.name(), "by a button, of incident " + press.incident()),
                    actor);
            LOG.info("silence {} was made in Slack", made.map(Silence::id).orElse(null));
        }
        long others = known.alerts().alive().stream()
                .filter(alert -> alert.state() == Alert.State.FIRING
                        && !GroupKey.of(alert).equals(incident.get().group())
                        && matchers.stream().allMatch(matcher -> matcher.matches(alert.labels())))
                .count();
        return Optional.of("Silenced until " + until.truncatedTo(ChronoUnit.SECONDS) + ": "
                + matchers.stream().map(Matcher::toString).collect(Collectors.joining(", ")) + ". It mutes "
                + firing.size() + " alert(s) of this incident and " + others + " of others.");
    }

    private List<Alert> firing(GroupKey group) {
        return known.alerts().alive().stream()
                .filter(alert -> alert.state() == Alert.State.FIRING
                        && GroupKey.of(alert).equals(group))
                .toList();
    }

    /** What mutes these alerts and as little else as matchers can say; of many targets all of that kind. */
    private static List<Matcher> narrowest(GroupKey group, List<Alert> firing) {
        List<Matcher> matchers = new ArrayList<>();
        if (!group.network().isEmpty()) {
            matchers.add(Matcher.equal("network", group.network()));
        }
        if (!group.service().isEmpty()) {
            matchers.add(Matcher.equal("kind", group.service()));
        }
        matchers.add(oneOf("alertname", firing));
        if (firing.size() <= MOST_TARGETS) {
            matchers.add(oneOf("target", firing));
        }
        return matchers;
    }

    private static Matcher oneOf(String label, List<Alert> alerts) {
        List<String> values = alerts.stream()
                .map(alert -> alert.labels().getOrDefault(label, ""))
                .distinct()
                .sorted()
                .toList();
        return values.size() == 1
                ? Matcher.equal(label, values.get(0))
                : new Matcher(label, values.stream().map(Pattern::quote).collect(Collectors.joining("|")), true, true);
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
