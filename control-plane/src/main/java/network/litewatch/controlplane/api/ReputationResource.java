package network.litewatch.controlplane.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.reputation.Formula;
import network.litewatch.controlplane.reputation.Interval;
import network.litewatch.controlplane.reputation.NodeRecord;
import network.litewatch.controlplane.reputation.Records;
import network.litewatch.controlplane.reputation.Score;
import network.litewatch.controlplane.reputation.Snapshot;
import network.litewatch.probe.TargetId;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Reputations, and what each is made of. */
@Path("/api/v1/reputation")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class ReputationResource {
    private static final Labels BY = Labels.of("by", Stream.of("node", "operator"));

    private final Records records;
    private final Supplier<Formula> formula;
    private final InstantSource clock;

    public ReputationResource(Records records, Supplier<Formula> formula, InstantSource clock) {
        this.records = records;
        this.formula = formula;
        this.clock = clock;
    }

    /** By the lower end, best first; what has no score comes last. */
    @GET
    public Page<ReputationView> list(
            @QueryParam("network") @Nullable String network,
            @QueryParam("operator") @Nullable String operator,
            @QueryParam("by") @Nullable String by,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        BY.require(by);
        Formula now = formula.get();
        Instant at = clock.instant();
        List<NodeRecord> matching = ask(records::all).stream()
                .filter(record ->
                        network == null || network.equals(record.network().value()))
                .filter(record -> operator == null || operator.equals(record.operator()))
                .toList();
        Stream<ReputationView> views = "operator".equals(by)
                ? Records.byOperator(matching).entrySet().stream()
                        .map(group -> ReputationView.of(
                                null,
                                null,
                                group.getKey(),
                                group.getValue().size(),
                                Score.of(Records.pooled(group.getValue(), now), now, at)))
                : matching.stream()
                        .map(record -> ReputationView.of(
                                record.node().value(),
                                record.network().value(),
                                record.operator(),
                                1,
                                Score.of(record.tallies(), now, at)));
        return Page.of(
                views.sorted(Comparator.comparingDouble(ReputationResource::rank)
                                .thenComparing(view -> Objects.toString(view.node(), ""))
                                .thenComparing(view -> Objects.toString(view.operator(), "")))
                        .toList(),
                Page.limit(limit),
                cursor);
    }

    @GET
    @Path("/{node}")
    public ReputationDetail get(@PathParam("node") String node) {
        Formula now = formula.get();
        Instant at = clock.instant();
        NodeRecord record = target(node)
                .flatMap(id -> ask(() -> records.find(id)))
                .orElseThrow(
                        () -> ApiError.notFound("nothing is counted of a node of this id; see /api/v1/reputation"));
        LocalDate today = LocalDate.ofInstant(at, ZoneOffset.UTC);
        Optional<Snapshot> before = ask(() -> records.snapshot(record.node(), today.minusDays(1)));
        Optional<Score> yesterday = before.map(snapshot -> Score.of(
                snapshot.record().tallies(),
                now,
                today.atStartOfDay(ZoneOffset.UTC).toInstant()));
        return ReputationDetail.of(record, Score.of(record.tallies(), now, at), yesterday, now);
    }

    private static double rank(ReputationView view) {
        Interval interval = view.interval();
        return interval == null ? 1 : -interval.lower();
    }

    private static Optional<TargetId> target(String text) {
        try {
            return Optional.of(new TargetId(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }
}
