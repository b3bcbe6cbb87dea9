package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.drift.Ratio;
import network.litewatch.controlplane.slo.Burn;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.controlplane.slo.SloSeries;
import network.litewatch.controlplane.slo.SloStatus;
import network.litewatch.probe.TargetId;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** What is promised, how much of the error budgets is left, and how fast they burn. */
@Path("/api/v1/slos")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class SlosResource {
    private final Supplier<List<SloSeries>> series;
    private final Function<SloSeries, SloStatus> status;

    /**
     * A promise, to a network or of one target.
     *
     * @param origin whose number the objective is
     * @param target absent where the network has one budget
     * @param window rolling, over which it is promised
     * @param budgeting Occurrences or Timeslices: what is counted
     * @param samples runs or slices that counted within the window
     * @param good share of them that was good; absent before any
     * @param budgetLeft share of the error budget that is left, below 0 when it is overdrawn; absent before any sample
     * @param burns by pair of windows; those without enough samples are left out
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record View(
            String slo,
            String title,
            String service,
            String origin,
            String network,
            @Nullable String target,
            double objective,
            String window,
            String budgeting,
            long samples,
            @Nullable Interval good,
            @Nullable Interval budgetLeft,
            List<BurnView> burns) {}

    /** A share or rate with its 95 % interval, which holds however often it is looked at. */
    public record Interval(double value, double low, double high) {
        static Interval of(Ratio ratio) {
            return new Interval(ratio.value(), ratio.low(), ratio.high());
        }
    }

    /**
     * A pair of windows.
     *
     * @param severity page or ticket
     * @param times the burn rate above which it fires
     * @param over the windows that it is of, the long one first
     * @param longWindow what was looked at in place of the first: longer where that has too few samples
     * @param rate times the budget's share that was bad in {@code longWindow}
     * @param shortWindow what was looked at in place of the second
     * @param now times the budget's share that was bad in {@code shortWindow}
     * @param covered share of {@code longWindow} since something was counted at all; the rest is taken as good
     */
    public record BurnView(
            String severity,
            double times,
            List<String> over,
            String longWindow,
            Interval rate,
            long samples,
            String shortWindow,
            Interval now,
            double covered,
            boolean firing) {
        static BurnView of(Burn burn) {
            return new BurnView(
                    burn.alarm().severity().label(),
                    burn.alarm().times(),
                    List.of(
                            Durations.format(burn.alarm().longWindow()),
                            Durations.format(burn.alarm().shortWindow())),
                    Durations.format(burn.longWindow()),
                    Interval.of(burn.burning()),
                    burn.burning().samples(),
                    Durations.format(burn.shortWindow()),
                    Interval.of(burn.now()),
                    burn.covered(),
                    burn.firing());
        }
    }

    /** Shows {@code series}, asked each time, by {@code status}, which may block. */
    public SlosResource(Supplier<List<SloSeries>> series, Function<SloSeries, SloStatus> status) {
        this.series = series;
        this.status = status;
    }

    @GET
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        Page<SloSeries> page = Page.of(series.get(), Page.limit(limit), cursor);
        try {
            return new Page<>(
                    page.items().stream().map(one -> view(status.apply(one))).toList(), page.next());
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }

    private static View view(SloStatus status) {
        SloSeries series = status.series();
        Slo slo = series.slo();
        return new View(
                slo.name(),
                slo.title(),
                slo.service(),
                slo.origin(),
                series.network().value(),
                series.target().map(TargetId::value).orElse(null),
                slo.target(),
                Durations.format(slo.window()),
                slo.budgeting().label(),
                status.samples(),
                status.good().map(Interval::of).orElse(null),
                status.budgetLeft().map(Interval::of).orElse(null),
                status.burns().stream().map(BurnView::of).toList());
    }
}
