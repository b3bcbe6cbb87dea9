package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import network.litewatch.controlplane.api.AgentsResource;
import network.litewatch.controlplane.api.AgentsResource.BusyException;
import network.litewatch.controlplane.api.AgentsResource.Verdict;
import network.litewatch.controlplane.api.VantagesResource;
import network.litewatch.controlplane.ingest.MinuteSummaries;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.store.VantageStore;
import network.litewatch.controlplane.vantage.Delivery;
import network.litewatch.controlplane.vantage.PlanDocument;
import network.litewatch.controlplane.vantage.SeenDocument;
import network.litewatch.controlplane.vantage.VantagePlans;
import network.litewatch.controlplane.vantage.VantageProbe;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Target;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what agents deliver. What is of now goes through the pipeline and is judged; what is older, or of a clock that is wrong, is
 * stored and judged no more, or a target that fell and rose while an agent was cut off would be an alert afterwards. Either way the
 * agent hears of it after the commit. Thread-safe; blocks its callers.
 */
final class AgentDesk implements AgentsResource.Desk {
    private static final Logger LOG = LoggerFactory.getLogger(AgentDesk.class);

    /** How old an observation may be to be judged. */
    static final Duration FRESH = Duration.ofSeconds(30);

    private static final Duration AHEAD = Duration.ofSeconds(5);
    private static final Duration OLDEST = Duration.ofDays(14);
    private static final Duration FURTHEST = Duration.ofMinutes(1);
    private static final Duration BACKLOG_KNOWN = Duration.ofSeconds(2);

    private final VantagePlans plans;
    private final VantageStore store;
    private final Jdbi jdbi;
    private final Outbox outbox;
    private final MinuteSummaries summaries;
    private final InstantSource clock;
    private final Limits limits;
    private final Map<Observation, CompletableFuture<Boolean>> waiting =
            Collections.synchronizedMap(new IdentityHashMap<>());

    private volatile Consumer<Observation> pipeline = observation -> {};
    private volatile DrillMarks drills = new DrillMarks();
    private volatile Backlog backlog = new Backlog(Instant.MIN, 0);

    /**
     * When to send agents away.
     *
     * @param outboxBytes size of the outbox from which on nothing more is taken
     * @param commit how long a commit may take
     */
    record Limits(long outboxBytes, Duration commit) {
        static final Limits DEFAULT = new Limits(2L << 30, Duration.ofSeconds(10));
    }

    private record Backlog(Instant at, long bytes) {}

    AgentDesk(
            VantagePlans plans,
            VantageStore store,
            Jdbi jdbi,
            Outbox outbox,
            MinuteSummaries summaries,
            InstantSource clock,
            Limits limits) {
        this.summaries = summaries;
        this.plans = plans;
        this.store = store;
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.clock = clock;
        this.limits = limits;
    }

    /** What is fresh goes to {@code sink}, whose commits and refusals must be told with the two methods below. */
    void judgeWith(Consumer<Observation> sink) {
        this.pipeline = sink;
    }

    /** Labels what belongs to a drill by {@code marks}, also what comes too late to be judged. */
    void markBy(DrillMarks marks) {
        this.drills = marks;
    }

    /** {@code observations} are committed; those of others are ignored. */
    void committed(Collection<Observation> observations) {
        observations.forEach(observation -> settle(observation, true));
    }

    /** {@code observation} was not taken. */
    void refused(Observation observation) {
        settle(observation, false);
    }

    /** Whether observations of {@code vantage} come from an agent. */
    boolean isAgent(Vantage vantage) {
        return plans.vantages().contains(vantage);
    }

    /** Every configured agent and when it was heard. */
    List<VantagesResource.View> views() {
        Map<Vantage, VantageProbe.Heard> heard = new HashMap<>();
        store.all().forEach(one -> heard.put(one.vantage(), one));
        return plans.vantages().stream()
                .sorted(java.util.Comparator.comparing(Vantage::value))
                .map(vantage -> view(vantage, Optional.ofNullable(heard.get(vantage))))
                .toList();
    }

    private VantagesResource.View view(Vantage vantage, Optional<VantageProbe.Heard> heard) {
        Delivery.Status status = heard.map(VantageProbe.Heard::status).orElse(new Delivery.Status(0, 0, 0, false));
        return new VantagesResource.View(
                vantage.value(),
                plans.of(vantage).map(plan -> plan.plans().size()).orElse(0),
                heard.map(VantageProbe.Heard::at).orElse(null),
                status.backlog(),
                status.oldestSeconds(),
                status.dropped(),
                heard.map(VantageProbe.Heard::skewSeconds).orElse(0.0));
    }

    @Override
    public Optional<PlanDocument> plan(Vantage vantage) {
        Optional<PlanDocument> plan = plans.of(vantage);
        if (plan.isPresent()) {
            try {
                store.asked(vantage);
            } catch (JdbiException away) {
                // The plan does not need the database; the next sign of life will be written.
                return plan;
            }
        }
        return plan;
    }

    @Override
    public List<Verdict> deliver(Vantage vantage, Delivery delivery) {
        try {
            requireRoom();
            Sorted sorted = sort(vantage, delivery);
            if (!sorted.late().isEmpty()) {
                jdbi.useTransaction(handle -> {
                    outbox.append(
                            handle,
                            sorted.late().stream().map(ObservationDocuments::of).toList());
                    summaries.add(handle, sorted.late(), sorted.late());
                });
            }
            commit(sorted.fresh());
            store.delivered(vantage, delivery.sentAt(), delivery.status());
            return sorted.verdicts();
        } catch (BusyException e) {
            remember(vantage, delivery);
            throw e;
        } catch (JdbiException e) {
            throw new BusyException("the database cannot be asked now");
        }
    }

    /** That it is sent away must not hide how far behind it is. */
    private void remember(Vantage vantage, Delivery delivery) {
        try {
            store.said(vantage, delivery.sentAt(), delivery.status());
        } catch (JdbiException away) {
            LOG.debug("what an agent said of itself is not stored: vantage={}", vantage.value(), away);
        }
    }

    private void requireRoom() {
        Instant now = clock.instant();
        if (Duration.between(backlog.at(), now).compareTo(BACKLOG_KNOWN) > 0) {
            backlog = new Backlog(now, outbox.backlog().bytes());
        }
        if (backlog.bytes() >= limits.outboxBytes()) {
            throw new BusyException("the outbox is full: " + backlog.bytes() + " bytes wait for Elasticsearch");
        }
    }

    /** What a delivery holds; {@code verdicts} hold once the rest is committed. */
    private record Sorted(List<Observation> fresh, List<Observation> late, List<Verdict> verdicts) {}

    private Sorted sort(Vantage vantage, Delivery delivery) {
        Map<SeenDocument.Subject, Target> own = new HashMap<>();
        plans.of(vantage)
                .ifPresent(plan -> plan.plans()
                        .forEach(p -> own.put(
                                new SeenDocument.Subject(p.probe(), p.target().id()), p.target())));
        Instant now = clock.instant();
        Sorted sorted = new Sorted(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (JsonNode node : delivery.observations()) {
            try {
                Target target = own.get(SeenDocument.subject(node));
                if (target == null) {
                    throw new IllegalArgumentException("its probe and target are not in the plan of this vantage");
                }
                Observation observation = drills.of(SeenDocument.read(node, target, vantage));
                requirePlausible(observation, now);
                boolean fresh = !observation.endedAt().isBefore(now.minus(FRESH))
                        && !observation.endedAt().isAfter(now.plus(AHEAD));
                (fresh ? sorted.fresh() : sorted.late()).add(observation);
                sorted.verdicts()
                        .add(new Verdict(ObservationDocuments.of(observation).id(), Verdict.STORED, ""));
            } catch (IllegalArgumentException e) {
                sorted.verdicts().add(new Verdict("", Verdict.REJECTED, String.valueOf(e.getMessage())));
            }
        }
        return sorted;
    }

    private static void requirePlausible(Observation observation, Instant now) {
        if (observation.slot().isAfter(now.plus(FURTHEST))) {
            throw new IllegalArgumentException("its slot is in the future: check the clock of the agent");
        }
        if (observation.slot().isBefore(now.minus(OLDEST))) {
            throw new IllegalArgumentException("its slot is more than " + OLDEST.toDays() + " days ago");
        }
    }

    private void commit(List<Observation> observations) {
        List<CompletableFuture<Boolean>> commits = new ArrayList<>();
        for (Observation observation : observations) {
            CompletableFuture<Boolean> commit = new CompletableFuture<>();
            waiting.put(observation, commit);
            commits.add(commit);
            pipeline.accept(observation);
        }
        try {
            CompletableFuture.allOf(commits.toArray(new CompletableFuture<?>[0]))
                    .get(limits.commit().toMillis(), TimeUnit.MILLISECONDS);
            if (!commits.stream().allMatch(CompletableFuture::join)) {
                throw new BusyException("the queue is full");
            }
        } catch (TimeoutException e) {
            throw new BusyException(
                    "nothing was committed within " + limits.commit().toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BusyException("the service is stopping");
        } catch (ExecutionException bug) {
            throw new IllegalStateException("a commit cannot fail, only be refused", bug);
        } finally {
            observations.forEach(waiting::remove);
        }
    }

    private void settle(Observation observation, boolean stored) {
        CompletableFuture<Boolean> commit = waiting.remove(observation);
        if (commit != null) {
            commit.complete(stored);
        }
    }
}
