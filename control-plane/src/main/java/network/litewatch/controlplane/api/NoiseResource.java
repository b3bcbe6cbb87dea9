package network.litewatch.controlplane.api;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.noise.ExpectedRate;
import network.litewatch.controlplane.noise.Fired;
import network.litewatch.controlplane.noise.Noise;
import network.litewatch.controlplane.runbook.Runbook;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** How often each alert fired in the last 30 days, or for as long as anything is known, beside what its runbook expects, and how often somebody called it false. */
@Path("/api/v1/noise")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class NoiseResource {
    private static final Duration WINDOW = Duration.ofDays(30);
    private static final Duration LEAST = Duration.ofMinutes(1);

    private final Supplier<Map<String, Runbook>> runbooks;
    private final Counts counts;
    private final InstantSource clock;

    /** What happened. All block, and throw what their stores throw. */
    public interface Counts {
        /** Since when firings are known at {@code now}: what is older was never seen, or is deleted. */
        Instant knownSince(Instant now);

        List<Fired> fired(Instant since) throws IOException;

        /** By the id of the runbook. */
        Map<String, Integer> falseAlarms(Instant since);
    }

    /**
     * An alert.
     *
     * @param expected what the runbook says; absent where it says nothing
     * @param days how long was looked back, above 0 and at most 30
     * @param fired in all, drills left out
     * @param most where it fired most often, by what the expected rate is of; absent when it never did
     * @param mostFired how often there
     * @param allowed how often it may there within the window, on average; absent where that is written for people only
     * @param chance how likely that is where no more than expected is to come, times the number of places compared; absent with allowed
     * @param noisy whether that is less than 1 % and it fired there more than once; absent with allowed
     * @param falseAlarms incidents of the runbook that somebody called false, those of its other alerts too
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record View(
            String alert,
            String runbook,
            @Nullable String expected,
            double days,
            long fired,
            @Nullable String most,
            @Nullable Long mostFired,
            @Nullable Double allowed,
            @Nullable Double chance,
            @Nullable Boolean noisy,
            int falseAlarms) {}

    public NoiseResource(Supplier<Map<String, Runbook>> runbooks, Counts counts, InstantSource clock) {
        this.runbooks = runbooks;
        this.counts = counts;
        this.clock = clock;
    }

    /** The noisy first, then those that fired most. */
    @GET
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        int most = Page.limit(limit);
        int from = Page.offset(cursor);
        return Page.of(views(clock.instant()), most, Integer.toString(from));
    }

    private List<View> views(Instant now) {
        Duration window;
        Map<String, List<Fired>> fired;
        Map<String, Integer> denied;
        try {
            window = window(now);
            Instant since = now.minus(window);
            fired = counts.fired(since).stream().collect(Collectors.groupingBy(Fired::alert));
            denied = counts.falseAlarms(since);
        } catch (IOException | ElasticsearchException e) {
            throw ApiError.unavailable("Elasticsearch cannot be asked now; what fired is kept and can be asked later");
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
        List<View> views = new ArrayList<>();
        runbooks.get()
                .values()
                .forEach(runbook -> runbook.alerts()
                        .forEach(alert -> views.add(view(
                                alert,
                                runbook,
                                window,
                                fired.getOrDefault(alert, List.of()),
                                denied.getOrDefault(runbook.id(), 0)))));
        views.sort(Comparator.comparing((View view) -> !Boolean.TRUE.equals(view.noisy()))
                .thenComparing(View::fired, Comparator.reverseOrder())
                .thenComparing(View::alert));
        return views;
    }

    private Duration window(Instant now) {
        Duration known = Duration.between(counts.knownSince(now), now);
        return known.compareTo(WINDOW) > 0 ? WINDOW : known.compareTo(LEAST) < 0 ? LEAST : known;
    }

    private static View view(String alert, Runbook runbook, Duration window, List<Fired> fired, int falseAlarms) {
        @Nullable String expected = runbook.facts().get("expected_rate");
        Optional<ExpectedRate> rate = Optional.ofNullable(expected).flatMap(ExpectedRate::parse);
        Noise noise = Noise.of(rate, fired, window);
        return new View(
                alert,
                runbook.id(),
                expected,
                window.toSeconds() / 86_400.0,
                noise.fired(),
                noise.most().map(Noise.Place::name).orElse(null),
                noise.most().map(Noise.Place::fired).orElse(null),
                noise.allowed().orElse(null),
                noise.chance().orElse(null),
                noise.isNoisy().orElse(null),
                falseAlarms);
    }
}
