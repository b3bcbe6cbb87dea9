package network.litewatch.controlplane.index;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.chain.BlockHeader;
import network.litewatch.probe.chain.ChainEvents;
import network.litewatch.probe.chain.ChainRefusal;
import network.litewatch.probe.chain.ChainRpc;
import network.litewatch.probe.chain.ChainRpc.Sight;
import network.litewatch.probe.chain.LogRange;
import network.litewatch.probe.chain.LogReader;
import network.litewatch.probe.chain.RangeLimit;
import network.litewatch.probe.http.HttpExchanger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one network's chain, run by run: each run goes on where the stored cursor stands, as far as its time allows. Every
 * step is one transaction that writes the documents and moves the cursor, so whatever dies between two steps, no event is
 * lost and none is there twice.
 *
 * <p>Runs never overlap; their caller sees to it. Throws what the database throws: then nothing of the step was written.
 */
final class ChainIndexer {
    private static final Logger LOG = LoggerFactory.getLogger(ChainIndexer.class);
    private static final Duration AUDIT_EVERY = Duration.ofHours(1);

    /** An RPC that is this much behind the best one is left for it. */
    private static final Duration STALE = Duration.ofSeconds(10);

    /** What was opened longer ago is of the past that is being read, and no indexer of others counts it now. */
    private static final Duration YOUNG = Duration.ofMinutes(5);

    private static final Set<String> OPENING =
            Set.of("SessionV2.SessionCreated", "SessionQueueV2.TaskQueued", "Cognitive.NewSessionRequest");

    private final Chain chain;
    private final HttpExchanger exchanger;
    private final Writer writer;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final LogReader reader;
    private final Map<TargetId, RangeLimit> limits = new HashMap<>();
    private @Nullable TargetId current;
    private @Nullable ChainState state;

    /**
     * What is read.
     *
     * @param rpcs in the order in which they are preferred
     * @param start the first block to read; empty for the head at the first run
     */
    record Chain(
            String network,
            long chainId,
            Duration blockTime,
            List<Target> rpcs,
            ChainEvents events,
            OptionalLong start) {
        Chain {
            rpcs = List.copyOf(rpcs);
        }
    }

    /** Where steps are written. */
    interface Writer {
        /** The state as stored, or null before the first time. */
        @Nullable
        ChainState load();

        /** Writes a step over {@code before}, all of it or nothing, and returns the state as stored. */
        ChainState write(ChainState before, ChainChange change);

        /** Reads an old range again by {@code reading}, and returns in how many events it differs from the first reading. */
        int audit(Reading reading) throws ChainRefusal;
    }

    /** Reads all logs from {@code from} to {@code to}. */
    interface Reading {
        List<LogRange> read(long from, long to) throws ChainRefusal;
    }

    /**
     * What a run did.
     *
     * @param head the highest that any RPC showed; 0 when none answered
     * @param state null when nothing has been read ever
     * @param witnesses operators that showed another block than the newest that was read, when this run began
     * @param opened sessions, tasks and network tasks among {@code events}, of blocks that are young
     */
    record Run(
            Outcome outcome,
            long head,
            @Nullable ChainState state,
            int events,
            int opened,
            int mismatches,
            int reorg,
            int witnesses,
            long limit) {
        /** Whether it went well and has nothing to tell that should not wait. */
        boolean isQuiet() {
            return outcome.kind() == Outcome.Kind.OK && reorg == 0 && mismatches == 0;
        }

        /** This run, which was quiet, and {@code later} as one. */
        Run and(Run later) {
            return new Run(
                    later.outcome(),
                    Math.max(head, later.head()),
                    later.state() == null ? state : later.state(),
                    events + later.events(),
                    opened + later.opened(),
                    later.mismatches(),
                    later.reorg(),
                    later.witnesses(),
                    later.limit());
        }
    }

    ChainIndexer(Chain chain, HttpExchanger exchanger, Writer writer, InstantSource clock, LongSupplier nanos) {
        this.chain = chain;
        this.exchanger = exchanger;
        this.writer = writer;
        this.clock = clock;
        this.nanos = nanos;
        this.reader = new LogReader(chain.events().addresses());
    }

    /** Reads on for at most {@code time}. */
    Run run(Duration time) {
        Progress progress = new Progress(clock.instant().minus(YOUNG));
        ChainState before = state;
        state = null; // Whatever is thrown below, the next run starts from what is stored.
        if (before == null) {
            ChainState stored = writer.load();
            before = stored == null ? null : stored.restarted();
        }
        long deadline = nanos.getAsLong() + time.toNanos();
        List<Shown> shown = look(before, time, deadline, progress);
        for (Shown candidate : shown) {
            try {
                before = follow(candidate, before, progress);
                before = audit(shown, before, progress);
                current = candidate.rpc().target().id();
                progress.outcome = Outcome.ok();
                break;
            } catch (ChainRefusal refusal) {
                before = progress.reached == null ? before : progress.reached;
                progress.outcome = refusal.outcome();
                if (candidate.rpc().left().isNegative()) {
                    // Out of time in the middle of much to read is no failure; the next run goes on.
                    progress.outcome = progress.steps > 0 ? Outcome.ok() : refusal.outcome();
                    break;
                }
            }
        }
        state = before;
        long limit = limits.getOrDefault(current, RangeLimit.START).blocks();
        return new Run(
                progress.outcome,
                progress.head,
                before,
                progress.events,
                progress.opened,
                progress.mismatches,
                progress.reorg,
                progress.vote.contradicting().size(),
                limit);
    }

    /** An RPC and what it shows. */
    private record Shown(ChainRpc rpc, Sight sight) {}

    private static final class Progress {
        private Outcome outcome = Outcome.inconclusive(Reason.PATH_UNHEALTHY, "the network has no RPC");
        private @Nullable ChainState reached;
        private long head;
        private int steps;
        private final Instant young;
        private int events;
        private int opened;
        private int mismatches;
        private int reorg;
        private TipVote vote = TipVote.none();

        Progress(Instant young) {
            this.young = young;
        }

        void made(ChainState state, ChainChange change) {
            reached = state;
            steps++;
            events += change.added().size();
            change.added().stream()
                    .map(ChainChange.Added::sighting)
                    .filter(s -> s.at().isAfter(young) && OPENING.contains(s.contract() + "." + s.event()))
                    .forEach(s -> opened++);
            mismatches += change.mismatches();
        }
    }

    /** Asks every RPC for its head, and returns those of this chain that answered, the one to follow first. */
    private List<Shown> look(@Nullable ChainState before, Duration time, long deadline, Progress progress) {
        List<Shown> shown = new ArrayList<>();
        GenesisVote genesis = GenesisVote.none();
        // At most half of the time, a like share each: an RPC that swallows questions must not use up the others' time.
        long share = time.toNanos() / (2L * Math.max(1, chain.rpcs().size()));
        for (Target target : chain.rpcs()) {
            try {
                ChainRpc look = new ChainRpc(exchanger, target, nanos, nanos.getAsLong() + share);
                Sight sight = look.sight(chain.chainId(), before == null ? List.of(0L) : ChainStep.needed(before));
                genesis = genesis.with(target, sight);
                shown.add(new Shown(new ChainRpc(exchanger, target, nanos, deadline), sight));
            } catch (ChainRefusal refusal) {
                progress.outcome = refusal.outcome();
            }
        }
        GenesisVote said = genesis;
        if (shown.removeIf(each -> said.isOfAnother(each.sight(), before, chain.rpcs())) && shown.isEmpty()) {
            progress.outcome = Outcome.inconclusive(
                    Reason.PATH_UNHEALTHY, "block 0 is not the one that was read, on one operator's word");
        }
        for (Shown each : shown) {
            progress.head = Math.max(progress.head, each.sight().head().number());
            progress.vote = progress.vote.with(each.rpc().target(), each.sight(), before);
        }
        long stale =
                Math.max(3, STALE.toMillis() / Math.max(1, chain.blockTime().toMillis()));
        long enough = progress.head - stale;
        // Sorted in place and stably: the RPC in use while it keeps up, then the others in their order, then those that
        // are
        // alone with what they show of the past, laggards last.
        shown.sort(Comparator.comparingInt(each -> rank(each, enough, before, progress.vote)));
        return shown;
    }

    private int rank(Shown shown, long enough, @Nullable ChainState before, TipVote vote) {
        if (shown.sight().head().number() < enough) {
            return 3;
        }
        if (vote.outvotes(shown.sight(), before)) {
            return 2;
        }
        return shown.rpc().target().id().equals(current) ? 0 : 1;
    }

    private ChainState follow(Shown shown, @Nullable ChainState before, Progress progress) throws ChainRefusal {
        ChainRpc rpc = shown.rpc();
        Map<Long, BlockHeader> blocks = new HashMap<>(shown.sight().blocks());
        BlockHeader head = shown.sight().head();
        ChainState now = before == null ? first(shown.sight()) : before;
        while (true) {
            ChainStep step = ChainStep.next(now, new Sight(head, blocks));
            if (step instanceof ChainStep.Wait) {
                // An RPC that is behind has not shown all there is.
                return head.number() < now.next() - 1 ? now : now.caughtUp(clock.instant());
            }
            if (step instanceof ChainStep.Search search) {
                blocks.putAll(LogReader.headers(rpc, search.numbers()));
                if (now.tip().map(ChainState.Link::number).equals(Optional.of(ChainStep.ancestor(now, blocks)))) {
                    // Only the tip had not been shown: it was read from another RPC in this very run.
                    continue;
                }
            }
            ChainChange change = change(rpc, now, step, blocks);
            if (step instanceof ChainStep.Search) {
                progress.reorg = Math.max(progress.reorg, change.after().reorgDepth());
            }
            if (change.after().next() > head.number()) {
                // Written with the step that reaches the head, so that a restart knows.
                change = change.caughtUp(clock.instant());
            }
            now = writer.write(now, change);
            progress.made(now, change);
        }
    }

    private ChainChange change(ChainRpc rpc, ChainState now, ChainStep step, Map<Long, BlockHeader> blocks)
            throws ChainRefusal {
        if (step instanceof ChainStep.Read read) {
            LogRange range = read(rpc, read.from(), read.to(), read.linked());
            if (!now.continuedBy(range)) {
                throw ChainRefusal.torn("the next block's parent is not the block before it");
            }
            blocks.putAll(range.headers());
            return now.read(range, chain.events());
        }
        if (step instanceof ChainStep.Reread again) {
            LogRange range = read(rpc, again.from(), again.to(), true);
            if (!now.contains(range)) {
                throw ChainRefusal.torn("blocks below the tip are not those that were read");
            }
            return now.reread(range, chain.events());
        }
        if (step instanceof ChainStep.Search) {
            return now.rollback(ChainStep.ancestor(now, blocks));
        }
        ChainStep.Replaced replaced = (ChainStep.Replaced) step;
        // No reorg: block 0 itself is another one, as when a test network or the lab is set up anew.
        LOG.warn("the chain is another one and is read from its start: network={}", chain.network());
        return now.replaced(chain.start().orElse(0), replaced.genesis(), clock.instant());
    }

    private LogRange read(ChainRpc rpc, long from, long to, boolean linked) throws ChainRefusal {
        TargetId id = rpc.target().id();
        LogRange range = reader.read(rpc, from, to, limits.getOrDefault(id, RangeLimit.START), linked);
        limits.put(id, range.limit());
        return range;
    }

    private ChainState first(Sight sight) {
        BlockHeader genesis = sight.blocks().get(0L);
        return ChainState.before(
                chain.start().orElse(sight.head().number()), genesis == null ? null : genesis.hash(), clock.instant());
    }

    /** Once an hour, with nothing else to do: an old range again, of another RPC where there is one. */
    private ChainState audit(List<Shown> shown, ChainState now, Progress progress) {
        Instant at = clock.instant();
        if (now.revision() == 0 || at.isBefore(now.auditedAt().plus(AUDIT_EVERY))) {
            return now;
        }
        ChainRpc rpc = shown.get(shown.size() - 1).rpc();
        try {
            int mismatches = writer.audit((from, to) -> {
                List<LogRange> ranges = new ArrayList<>();
                for (long next = from; next <= to; ) {
                    // Header by header: an RPC that leaves something out once does it again, and only blooms tell.
                    LogRange range = read(rpc, next, to, true);
                    ranges.add(range);
                    next = range.to() + 1;
                }
                return ranges;
            });
            ChainChange change = new ChainChange(now.audited(at), List.of(), List.of(), List.of(), mismatches);
            ChainState stored = writer.write(now, change);
            progress.made(stored, change);
            return stored;
        } catch (ChainRefusal refusal) {
            // An RPC that has no old logs is asked again in an hour, not in every run.
            LOG.warn(
                    "no audit of the chain: network={} rpc={} {}",
                    chain.network(),
                    rpc.target().id(),
                    refusal.getMessage());
            return now.audited(at);
        }
    }
}
