package network.litewatch.controlplane.notify.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.dropwizard.lifecycle.Managed;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import network.litewatch.controlplane.notify.slack.SocketTickets.Answer;
import network.litewatch.controlplane.worker.Backoff;
import network.litewatch.probe.Secret;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of pressed buttons over a WebSocket that we open (Slack's Socket Mode), so that Slack need not reach us. Keeps one open: a new one
 * takes over before Slack ends the old one, and what breaks is opened again with a backoff.
 *
 * <pre>
 *   asking -> dialling -> open --warning, refresh_requested--> open, and asking for the next
 *     ^          |          |
 *     +--pause---+---lost---+--link_disabled--> asking, rarely
 * </pre>
 *
 * <p>Each node of a cluster opens one; Slack tells any of them, once. Thread-safe; started once, stopped once.
 */
public final class SlackSocket implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(SlackSocket.class);
    private static final Pattern WORD = Pattern.compile("[a-z_]{1,40}");
    private static final Duration CONNECT = Duration.ofSeconds(10);
    // For how long an old connection is heard after a new one took over: what Slack said over it by then is still on
    // its way.
    private static final Duration OLD_CONNECTION = Duration.ofSeconds(30);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final SocketTickets tickets;
    private final SocketEnvelopes envelopes;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Pace pace;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    private final ScheduledThreadPoolExecutor keeper = new ScheduledThreadPoolExecutor(
            1,
            new ThreadFactoryBuilder()
                    .setNameFormat("slack-socket")
                    .setDaemon(true)
                    .build());
    private final SocketConnection.Owner owner = new Keeping();
    private volatile Standing standing;
    // The rest is the keeper's thread's alone. The connection that is open, the one that is to be, and the one that
    // was:
    private @Nullable SocketConnection connection;
    private @Nullable SocketConnection next;
    private @Nullable SocketConnection former;
    // Whether a connection is being opened, or will be after a pause.
    private boolean trying;
    // Since a connection was last there for a good while.
    private int tries;

    /**
     * How patient it is.
     *
     * @param beat how often a sign of life is asked for; after three without one a connection is dead
     * @param rarely how long it waits where only a person can help
     * @param backoff how long it waits where another try may help
     */
    public record Pace(Duration beat, Duration rarely, Backoff backoff) {
        public static final Pace DEFAULT = new Pace(Duration.ofSeconds(10), Duration.ofMinutes(5), Backoff.DEFAULT);
    }

    /** Whether a connection is open, since when that is so, and why it is not. */
    private record Standing(boolean open, Instant since, String why) {}

    /**
     * Opens nothing yet.
     *
     * @param apiUrl base of the Web API, ending in {@code /api/}
     * @param appToken app-level token, with the scope {@code connections:write}
     * @param pressed is told of each press, once; must neither throw nor keep its caller waiting
     */
    public SlackSocket(
            String apiUrl,
            Secret appToken,
            ObjectMapper json,
            Consumer<Press> pressed,
            InstantSource clock,
            RandomGenerator random,
            Pace pace) {
        this.tickets = new SocketTickets(apiUrl, appToken, json);
        this.envelopes = new SocketEnvelopes(json, pressed);
        this.json = json;
        this.clock = clock;
        this.random = random;
        this.pace = pace;
        this.standing = new Standing(false, clock.instant(), "it was not opened yet");
    }

    @Override
    public void start() {
        long every = pace.beat().toMillis();
        var unused = keeper.scheduleWithFixedDelay(this::beat, every, every, TimeUnit.MILLISECONDS);
        again(Duration.ZERO);
    }

    @Override
    public void stop() throws InterruptedException {
        keeper.shutdownNow();
        if (keeper.awaitTermination(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
            Stream.of(connection, next, former).filter(Objects::nonNull).forEach(SocketConnection::hangUp);
        }
    }

    /** Since when and why no press can be heard of; empty while one can. */
    public Optional<String> trouble() {
        Standing now = standing;
        return now.open()
                ? Optional.empty()
                : Optional.of(
                        "buttons do nothing, the socket to Slack is not open since " + now.since() + ": " + now.why());
    }

    /** What connections say, put into the order of the keeper's thread; but for envelopes, which must not wait for Slack's Web API. */
    private final class Keeping implements SocketConnection.Owner {
        @Override
        public void greeted(SocketConnection from) {
            keep(() -> takeOver(from));
        }

        @Override
        public Optional<String> told(JsonNode envelope) {
            return envelopes.take(envelope);
        }

        @Override
        public void leaving(SocketConnection from, String reason) {
            keep(() -> leave(from, reason));
        }

        @Override
        public void lost(SocketConnection from, String why) {
            keep(() -> lose(from, why));
        }

        private void keep(Runnable task) {
            try {
                keeper.execute(task);
            } catch (RejectedExecutionException e) {
                LOG.debug("the socket to Slack is being closed");
            }
        }
    }

    private void again(Duration pause) {
        if (!trying) {
            trying = true;
            var unused = keeper.schedule(this::open, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void open() {
        tries++;
        try {
            Answer answer = tickets.ask();
            if (answer instanceof Answer.Ticket ticket) {
                next = new SocketConnection(json, owner);
                next.dial(http, ticket.url());
            } else if (answer instanceof Answer.Later later) {
                Duration pause = pause();
                fail(later.why(), pause.compareTo(later.after()) < 0 ? later.after() : pause);
            } else if (answer instanceof Answer.Refused refused) {
                fail(refused.why(), pace.rarely());
            }
        } catch (RuntimeException bug) {
            // What escapes from here would be the last try ever.
            fail("Litewatch could not ask: " + bug.getClass().getSimpleName(), pace.rarely());
        }
    }

    private void fail(String why, Duration pause) {
        if (keeper.isShutdown()) {
            return;
        }
        next = null;
        trying = false;
        down(why);
        again(pause);
    }

    private void takeOver(SocketConnection fresh) {
        if (fresh != next) {
            return;
        }
        SocketConnection old = connection;
        connection = fresh;
        next = null;
        trying = false;
        if (old != null) {
            former = old;
            var unused = keeper.schedule(old::hangUp, OLD_CONNECTION.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (!standing.open()) {
            LOG.info("the socket to Slack is open");
            standing = new Standing(true, clock.instant(), "");
        }
    }

    private void leave(SocketConnection from, String reason) {
        if (from != connection) {
            return;
        }
        if (reason.equals("link_disabled")) {
            connection = null;
            from.hangUp();
            down("Socket Mode is switched off in the settings of the Slack app (link_disabled)");
            again(pace.rarely());
            return;
        }
        LOG.info(
                "Slack is about to end the socket, the next one is opened: {}",
                WORD.matcher(reason).matches() ? reason : "");
        restIfSteady(from);
        again(pause());
    }

    private void lose(SocketConnection from, String why) {
        if (from == next) {
            fail(why, pause());
        } else if (from == connection) {
            connection = null;
            down(why);
            restIfSteady(from);
            again(pause());
        }
    }

    private void down(String why) {
        if (connection != null) {
            LOG.info("another socket to Slack could not be opened, the old one still is: {}", why);
            return;
        }
        Standing before = standing;
        if (before.open() || !before.why().equals(why)) {
            LOG.warn("buttons in Slack do nothing, the socket is not open: {}", why);
            standing = new Standing(false, before.open() ? clock.instant() : before.since(), why);
        }
    }

    private void restIfSteady(SocketConnection ended) {
        if (ended.isSteady()) {
            tries = 0;
        }
    }

    /** None after a good while; a connection that breaks as soon as it is open counts as a failed try. */
    private Duration pause() {
        return tries == 0 ? Duration.ZERO : pace.backoff().after(tries - 1, random);
    }

    private void beat() {
        Stream.of(connection, next)
                .filter(Objects::nonNull)
                .filter(each -> !each.beat())
                .forEach(dead -> {
                    dead.cut();
                    lose(dead, "Slack said nothing for a while");
                });
    }
}
