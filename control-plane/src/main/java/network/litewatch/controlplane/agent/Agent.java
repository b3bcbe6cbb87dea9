package network.litewatch.controlplane.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.vantage.Connectivity;
import network.litewatch.controlplane.vantage.Delivery;
import network.litewatch.controlplane.vantage.SeenDocument;
import network.litewatch.probe.Observation;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import org.jspecify.annotations.Nullable;

/**
 * One vantage: a thread that writes what was seen to the disk, and one that talks to the control plane; the probes run on the wheel
 * between them and wait for neither.
 */
public final class Agent implements AutoCloseable {
    private static final int QUEUE = 10_000;
    private static final int BATCH = 500;
    private static final Duration TURN = Duration.ofMillis(500);
    private static final Duration ALIVE = Duration.ofSeconds(5);
    private static final Duration PLAN = Duration.ofSeconds(10);
    private static final Duration SUMMARY = Duration.ofMinutes(1);

    private final AgentConfig config;
    private final Clock clock;
    private final RandomGenerator random;
    private final Consumer<String> log;
    private final DiskBuffer buffer;
    private final PlanStore planStore;
    private final GuardedClient client;
    private final Connectivity connectivity;
    private final Questions questions;
    private final Uplink uplink;
    private final BlockingQueue<Observation> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicInteger overflow = new AtomicInteger();
    private final Thread writer;
    private volatile boolean stopping;
    private volatile boolean abandoned;
    private volatile @Nullable Unwritten unwritten;

    private Backoff backoff = Backoff.START;
    private Instant quietUntil = Instant.MIN;
    private Instant delivered = Instant.MIN;
    private Instant asked = Instant.MIN;
    private Instant said = Instant.MIN;
    private Optional<Instant> awaySince = Optional.empty();
    private boolean welcome;
    private PlanStore.Kept plan = PlanStore.Kept.NOTHING;

    /** What the disk does not take, and since when. Without it an agent with a broken disk would say that nothing waits. */
    private record Unwritten(Instant since, int observations) {}

    /** Thrown when the control plane does not want this agent; the message is for people. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** Opens the buffer and starts writing; nothing is asked before {@link #run}. Tells {@code log} what it does, a line at a time. */
    public Agent(AgentConfig config, Clock clock, RandomGenerator random, Consumer<String> log) throws IOException {
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.log = log;
        this.buffer = DiskBuffer.open(config.bufferFolder(), config.bufferBytes(), clock.instant(), log);
        this.planStore = new PlanStore(config.bufferFolder());
        // Whom to call is this machine's operator's choice, so a private address is as good.
        this.client = new GuardedClient(EgressPolicy.allowing(Connectivity.ANYWHERE), System::nanoTime, 16);
        this.connectivity = new Connectivity(config.witnesses(), client.sockets(), System::nanoTime);
        this.questions = new Questions(config, connectivity, clock, random, this::saw, log);
        this.uplink = new Uplink(client.http(), config);
        this.writer = new Thread(this::write, "agent-buffer");
        writer.setDaemon(true);
        writer.start();
    }

    /** Works until {@link #close}, or throws when its token or its name is refused before it was ever let in. */
    public void run() throws RefusedException, IOException, InterruptedException {
        log.accept("vantage " + config.vantage() + ", control plane " + config.url() + ", "
                + buffer.content().rows() + " observations on disk from before");
        if (!connectivity.isChecked()) {
            log.accept(
                    "no witnesses are configured: a failure of this machine's own network is charged to the targets");
        }
        plan = planStore.read();
        plan.document()
                .filter(document -> document.vantage().equals(config.vantage()))
                .filter(document -> !isOver())
                .ifPresent(questions::run);
        while (!stopping) {
            try {
                turn(clock.instant());
            } catch (IOException e) {
                if (!stopping) {
                    // The disk may have room again; what is in it is not lost by waiting.
                    log.accept(e.getMessage() + "; trying again");
                }
            }
            TimeUnit.MILLISECONDS.sleep(TURN.toMillis());
        }
    }

    private void turn(Instant now) throws RefusedException, IOException {
        if (!now.isBefore(quietUntil)) {
            fetchPlan(now);
        }
        if (!now.isBefore(quietUntil)) {
            deliver(now);
        }
        summary(now);
    }

    private void saw(Observation observation) {
        // On the wheel's thread: to wait here would make every other question late. What ends because we end says
        // nothing.
        if (!stopping && !queue.offer(observation)) {
            overflow.incrementAndGet();
        }
    }

    private void write() {
        List<Observation> batch = new ArrayList<>();
        while (!(stopping && queue.isEmpty() && batch.isEmpty())) {
            try {
                if (batch.isEmpty()) {
                    Observation first = queue.poll(100, TimeUnit.MILLISECONDS);
                    if (first != null) {
                        batch.add(first);
                        queue.drainTo(batch, BATCH - 1);
                    }
                }
                keep(batch);
                batch.clear();
                unwritten = null;
            } catch (IOException e) {
                Unwritten before = unwritten;
                unwritten = new Unwritten(before == null ? clock.instant() : before.since(), batch.size());
                if (abandoned) {
                    return;
                }
                log.accept(e.getMessage() + "; trying again");
                if (!pause()) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void keep(List<Observation> batch) throws IOException {
        int lost = overflow.get();
        if (lost > 0) {
            buffer.drop("queue_full", lost);
            overflow.addAndGet(-lost);
        }
        if (batch.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        List<DiskBuffer.Row> accepted = buffer.add(batch.stream()
                .map(observation -> new DiskBuffer.Row(0, now, SeenDocument.write(observation)))
                .toList());
        if (accepted.size() < batch.size()) {
            log.accept((batch.size() - accepted.size()) + " observations could not be kept: " + buffer.counters());
        }
        if (config.journal().isPresent()) {
            journal(config.journal().get(), accepted);
        }
    }

    private void journal(Path file, List<DiskBuffer.Row> accepted) {
        StringBuilder lines = new StringBuilder();
        accepted.forEach(row -> lines.append(row.json()).append('\n'));
        try {
            Files.writeString(
                    file, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            // They are accepted: to try again would accept them twice.
            log.accept("the journal cannot be written: " + e);
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void fetchPlan(Instant now) throws RefusedException, IOException {
        if (Duration.between(asked, now).compareTo(PLAN) < 0) {
            return;
        }
        Uplink.Answer<Uplink.Plan> answer = uplink.plan(plan.etag());
        if (answer.value().isEmpty()) {
            trouble(answer, now);
            if (isOver()) {
                questions.stop();
            }
            return;
        }
        reached(now);
        asked = now;
        Uplink.Plan fresh = answer.value().get();
        plan = new PlanStore.Kept(fresh.document().or(plan::document), fresh.etag(), now);
        planStore.write(plan);
        fresh.document().ifPresent(questions::run);
    }

    private boolean isOver() {
        return plan.document()
                .map(document -> clock.instant().isAfter(plan.at().plus(document.validity())))
                .orElse(false);
    }

    /** Sends until nothing is left or nobody takes it; the newest first, so that what is judged is of now. */
    private void deliver(Instant now) throws RefusedException, IOException {
        boolean more = true;
        while (more && !stopping) {
            List<DiskBuffer.Row> rows = buffer.newest(backoff.batch(), Delivery.MAX_BYTES / 2);
            if (rows.isEmpty() && Duration.between(delivered, clock.instant()).compareTo(ALIVE) < 0) {
                return;
            }
            String json = Delivery.json(
                    clock.instant(),
                    status(),
                    rows.stream().map(DiskBuffer.Row::json).toList());
            Uplink.Answer<List<String>> answer = uplink.deliver(json, rows.size());
            if (answer.value().isPresent()) {
                settle(rows, answer.value().get());
                delivered = clock.instant();
                more = rows.size() == backoff.batch();
                backoff = backoff.succeeded();
                reached(clock.instant());
            } else if (answer.trouble() == Uplink.Trouble.UNREADABLE && rows.size() == 1) {
                // Alone it is refused as well: it would hold up all the others for ever.
                buffer.settle(
                        List.of(), List.of(new DiskBuffer.Refused(rows.get(0).id(), answer.text())));
                backoff = backoff.succeeded();
            } else {
                trouble(answer, now);
                return;
            }
        }
    }

    private void settle(List<DiskBuffer.Row> rows, List<String> verdicts) throws IOException {
        List<Long> stored = new ArrayList<>();
        List<DiskBuffer.Refused> refused = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (verdicts.get(i).isEmpty()) {
                stored.add(rows.get(i).id());
            } else {
                refused.add(new DiskBuffer.Refused(rows.get(i).id(), verdicts.get(i)));
            }
        }
        buffer.settle(stored, refused);
        if (!refused.isEmpty()) {
            log.accept(refused.size() + " observations were rejected and are set aside: "
                    + refused.get(0).reason());
        }
    }

    private Delivery.Status status() throws IOException {
        DiskBuffer.Content content = buffer.content();
        Unwritten beside = unwritten;
        if (beside == null) {
            return new Delivery.Status(content.rows(), oldest(content), dropped(), connectivity.isOffline());
        }
        double waits =
                Math.max(0, Duration.between(beside.since(), clock.instant()).toMillis() / 1e3);
        return new Delivery.Status(
                content.rows() + beside.observations() + queue.size(),
                Math.max(oldest(content), waits),
                dropped() + overflow.get(),
                connectivity.isOffline());
    }

    private double oldest(DiskBuffer.Content content) {
        return content.oldest()
                .map(at -> Math.max(0, Duration.between(at, clock.instant()).toMillis() / 1e3))
                .orElse(0.0);
    }

    private long dropped() throws IOException {
        return buffer.counters().entrySet().stream()
                .filter(counter -> counter.getKey().startsWith("dropped."))
                .mapToLong(java.util.Map.Entry::getValue)
                .sum();
    }

    private void trouble(Uplink.Answer<?> answer, Instant now) throws RefusedException {
        if (answer.trouble() == Uplink.Trouble.REFUSED && !welcome) {
            throw new RefusedException("the control plane refuses this agent: " + answer.text());
        }
        backoff = backoff.failed();
        quietUntil = clock.instant().plus(backoff.pause(random, answer.notBefore()));
        if (awaySince.isEmpty()) {
            awaySince = Optional.of(now);
            log.accept("not delivered: " + answer.text() + "; observations wait on the disk");
        }
    }

    private void reached(Instant now) throws IOException {
        welcome = true;
        if (awaySince.isPresent()) {
            log.accept("reached again after "
                    + Duration.between(awaySince.get(), now).toSeconds() + " s; "
                    + buffer.content().rows() + " observations wait");
            awaySince = Optional.empty();
        }
    }

    private void summary(Instant now) throws IOException {
        if (Duration.between(said, now).compareTo(SUMMARY) >= 0) {
            said = now;
            DiskBuffer.Content content = buffer.content();
            log.accept("on disk: " + content.rows() + " observations, " + content.bytes() + " bytes, oldest "
                    + Math.round(oldest(content)) + " s; since the buffer was made " + buffer.counters()
                    + (connectivity.isOffline() ? "; OFF THE NETWORK: no witness could be reached" : ""));
        }
    }

    /** Ends the questions, and writes what they saw to the disk. */
    @Override
    public void close() throws IOException {
        stopping = true;
        questions.close();
        // From here on nothing is added to what waits; it goes to the disk.
        awaitWriter(Duration.ofSeconds(10));
        abandoned = true;
        client.close();
        // A write that is going on comes to its end, and any after it fails.
        buffer.close();
        awaitWriter(Duration.ofSeconds(2));
        Unwritten left = unwritten;
        if (left != null) {
            log.accept((left.observations() + queue.size())
                    + " observations are lost: the disk took nothing until the end");
        }
    }

    private void awaitWriter(Duration atMost) {
        try {
            writer.join(atMost.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
