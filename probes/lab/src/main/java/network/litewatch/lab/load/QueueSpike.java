package network.litewatch.lab.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.Threads;

/** Users who ask a session for more than its miners can do, so that its queue grows. Nobody waits for what they are told. Thread-safe. */
public final class QueueSpike implements AutoCloseable {

    /** More wait for an answer at once than any session of the lab can serve. */
    private static final int MOST_WAITING = 64;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI router;
    private final String token;
    private final ScheduledExecutorService scheduler = Threads.scheduler("queue-spike");
    private final Semaphore free = new Semaphore(MOST_WAITING);
    private final AtomicLong asked = new AtomicLong();

    /** Asks the router at {@code router}, with {@code token}. */
    public QueueSpike(URI router, String token) {
        this.router = router;
        this.token = token;
    }

    /** Has {@code perSecond} requests a second, of {@code tokens} each, go to {@code session} until undone; those that are out are not called back. */
    public FaultHandle ask(long session, int perSecond, int tokens) {
        String body = Json.object()
                .put("prompt", "what everybody asks at once")
                .put("max_tokens", tokens)
                .put("stream", false)
                .toString();
        HttpRequest request = HttpRequest.newBuilder(router.resolve("/api/v1/completions/" + session))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        Future<?> asking =
                scheduler.scheduleAtFixedRate(() -> send(request), 0, 1_000_000L / perSecond, TimeUnit.MICROSECONDS);
        return () -> asking.cancel(false);
    }

    /** How many requests went out, over all spikes. */
    public long asked() {
        return asked.get();
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }

    private void send(HttpRequest request) {
        if (!free.tryAcquire()) {
            return; // the queue is as long as it gets
        }
        asked.incrementAndGet();
        var unused = http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .whenComplete((answer, failure) -> free.release());
    }
}
