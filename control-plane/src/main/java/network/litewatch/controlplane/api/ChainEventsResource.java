package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.index.TaskStages;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import org.jspecify.annotations.Nullable;

/** What the contracts said, out of Elasticsearch, newest block first; events that a reorg took back are there twice. */
@Path("/api/v1/chain-events")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class ChainEventsResource {
    private static final Labels STATE = Labels.of("state", Stream.of("added", "removed"));
    private static final List<String> TERMS =
            List.of("network", "contract", "event", "state", "session_id", "task_id", "transaction");

    // Of one task: a few a miner.
    private static final int EVENTS = 500;

    private final DocumentPages pages;

    public ChainEventsResource(DocumentPages pages) {
        this.pages = pages;
    }

    @GET
    @QueryNames({"network", "contract", "event", "state", "session_id", "task_id", "transaction"})
    public Page<JsonNode> list(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Context UriInfo uri) {
        Map<String, String> terms = DocumentPages.terms(uri, TERMS);
        STATE.require(terms.get("state"));
        return pages.page(new ObservationSearch.Query(
                terms, Times.instant("from", from), Times.instant("to", to), Page.limit(limit), cursor));
    }

    /** A user task, and how long each stage of it took. */
    @GET
    @Path("/tasks/{network}/{session}/{task}")
    public TaskView task(
            @PathParam("network") String network,
            @PathParam("session") String session,
            @PathParam("task") String task) {
        Map<String, String> terms = Map.of(
                "network",
                network,
                "contract",
                "SessionQueueV2",
                "session_id",
                whole("session", session),
                "task_id",
                whole("task", task));
        List<JsonNode> events = pages.page(new ObservationSearch.Query(terms, null, null, EVENTS, null))
                .items();
        return TaskStages.of(events)
                .map(TaskView::of)
                .orElseThrow(() -> ApiError.notFound("no event of this task was read; see /api/v1/chain-events"));
    }

    private static String whole(String name, String value) {
        if (!value.matches("[0-9]{1,78}")) {
            throw ApiError.badRequest(name + " must be a whole number");
        }
        return value;
    }

    /**
     * Where a task's time went. Stamps are times of blocks; what is not known is left out.
     *
     * @param queueSeconds from queued to assigned
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TaskView(
            @Nullable Instant queued,
            @Nullable Instant assigned,
            @Nullable Instant ended,
            @Nullable Double queueSeconds,
            List<MinerView> miners) {
        static TaskView of(TaskStages stages) {
            Instant begun = stages.assigned() == null ? stages.queued() : stages.assigned();
            return new TaskView(
                    stages.queued(),
                    stages.assigned(),
                    stages.ended(),
                    seconds(stages.queued(), stages.assigned()),
                    new TreeMap<>(stages.miners())
                            .entrySet().stream()
                                    .map(miner -> MinerView.of(miner.getKey(), begun, miner.getValue()))
                                    .toList());
        }
    }

    /**
     * What one miner did of a task; what is not known is left out.
     *
     * @param ackSeconds from assigned, or queued where nothing says when it was assigned, to acked
     * @param workSeconds from acked to precommitted
     * @param commitSeconds from precommitted to committed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record MinerView(
            String address,
            @Nullable Instant acked,
            @Nullable Instant precommitted,
            @Nullable Instant committed,
            @Nullable Double ackSeconds,
            @Nullable Double workSeconds,
            @Nullable Double commitSeconds) {
        static MinerView of(String address, @Nullable Instant begun, TaskStages.Steps steps) {
            return new MinerView(
                    address,
                    steps.acked(),
                    steps.precommitted(),
                    steps.committed(),
                    seconds(begun, steps.acked()),
                    seconds(steps.acked(), steps.precommitted()),
                    seconds(steps.precommitted(), steps.committed()));
        }
    }

    private static @Nullable Double seconds(@Nullable Instant from, @Nullable Instant to) {
        OptionalDouble seconds = TaskStages.seconds(from, to);
        return seconds.isPresent() ? seconds.getAsDouble() : null;
    }
}
