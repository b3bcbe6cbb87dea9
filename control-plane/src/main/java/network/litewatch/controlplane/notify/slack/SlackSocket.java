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
    // For how long an old line is heard after a new one took over: what Slack said over it by then is still on its way.
    private static final Duration OLD_LINE = Duration.ofSeconds(30);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final SocketTickets tickets;
    private final SocketPresses presses;
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
    private final SocketLine.Owner owner = new Keeping();
    private volatile Standing standing;
    // The rest is the keeper's thread's alone. The line that is open, the one that is to be, and the one that was:
    private @Nullable SocketLine line;
    private @Nullable SocketLine next;
    private @Nullable SocketLine former;
    // Whether a line is being opened, or will be after a pause.
    private boolean trying;
    // Since a line was last there for a good while.
    private int tries;

    /**
     * How patient it is.
     *
     * @param beat how often a sign of life is asked for; after three without one a line is dead
     * @param rarely how long it waits where only a person can help
     * @param backoff how long it waits where another try may help
     */
    public record Pace(Duration beat, Duration rarely, Backoff backoff) {
        public static final Pace DEFAULT = new Pace(Duration.ofSeconds(10), Duration.ofMinutes(5), Backoff.DEFAULT);
    }

    /** Whether a line is open, since when that is so, and why it is not. */
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
        this.presses = new SocketPresses(json, pressed);
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
            Stream.of(line, next, former).filter(Objects::nonNull).forEach(SocketLine::hangUp);
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

    /** What lines say, put into the order of the keeper's thread; but for envelopes, which must not wait for Slack's Web API. */
    private final class Keeping implements SocketLine.Owner {
        @Override
        public void greeted(SocketLine from) {
            keep(() -> takeOver(from));
        }

        @Override
        public Optional<String> told(JsonNode envelope) {
            return presses.take(envelope);
        }

        @Override
        public void leaving(SocketLine from, String reason) {
            keep(() -> leave(from, reason));
        }

        @Override
        public void lost(SocketLine from, String why) {
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
                next = new SocketLine(json, owner);
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

    private void takeOver(SocketLine fresh) {
        if (fresh != next) {
            return;
        }
        SocketLine old = line;
        line = fresh;
        next = null;
        trying = false;
        if (old != null) {
            former = old;
            var unused = keeper.schedule(old::hangUp, OLD_LINE.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (!standing.open()) {
            LOG.info("the socket to Slack is open");
            standing = new Standing(true, clock.instant(), "");
        }
    }

    private void leave(SocketLine from, String reason) {
        if (from != line) {
            return;
        }
        if (reason.equals("link_disabled")) {
            line = null;
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

    private void lose(SocketLine from, String why) {
        if (from == next) {
            fail(why, pause());
        } else if (from == line) {
            line = null;
            down(why);
            restIfSteady(from);
            again(pause());
        }
    }

    private void down(String why) {
        if (line != null) {
            LOG.info("another socket to Slack could not be opened, the old one still is: {}", why);
            return;
        }
        Standing before = standing;
        if (before.open() || !before.why().equals(why)) {
            LOG.warn("buttons in Slack do nothing, the socket is not open: {}", why);
            standing = new Standing(false, before.open() ? clock.instant() : before.since(), why);
        }
    }

    private void restIfSteady(SocketLine ended) {
        if (ended.isSteady()) {
            tries = 0;
        }
    }

    /** None after a good while; a line that breaks as soon as it is open counts as a failed try. */
    private Duration pause() {
        return tries == 0 ? Duration.ZERO : pace.backoff().after(tries - 1, random);
    }

    private void beat() {
        Stream.of(line, next)
                .filter(Objects::nonNull)
                .filter(each -> !each.beat())
                .forEach(dead -> {
                    dead.cut();
                    lose(dead, "Slack said nothing for a while");
                });
    }
}
