package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.GroupKey;
import network.litewatch.controlplane.alert.incident.MaintenanceWindow;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Mutes;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.store.AlertStore;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** What fires, in the shape of Alertmanager's API v2. Pending alerts are none of its. */
@Path("/api/v2")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class AlertmanagerResource {
    // What asks expects an end: until then nobody need ask again.
    private static final Duration VALID = Duration.ofMinutes(5);

    private final AlertStore alerts;
    private final Function<Instant, Mutes> muting;
    private final InstantSource clock;
    private final List<Receiver> receivers;
    private final String publicUrl;
    private final Instant startedAt;

    /**
     * An API over {@code alerts}.
     *
     * @param muting what mutes at a time
     * @param receivers who is told, in the order in which they are shown; at least one
     */
    public AlertmanagerResource(
            AlertStore alerts,
            Function<Instant, Mutes> muting,
            InstantSource clock,
            List<Receiver> receivers,
            String publicUrl) {
        this.alerts = alerts;
        this.muting = muting;
        this.clock = clock;
        this.receivers = List.copyOf(receivers);
        this.publicUrl = publicUrl;
        this.startedAt = clock.instant();
    }

    /**
     * Who is told of alerts.
     *
     * @param isTold whether it is told of such an alert alone, while nothing mutes that
     */
    public record Receiver(String name, Predicate<Alert> isTold) {}

    /** Somewhere that messages go. */
    public record ReceiverView(String name) {}

    /** Whether it is spoken of: active or suppressed, and by what. */
    public record StatusView(String state, List<String> silencedBy, List<String> inhibitedBy, List<String> mutedBy) {}

    /** An alert that fires. */
    public record AlertView(
            Map<String, String> labels,
            Map<String, String> annotations,
            Instant startsAt,
            Instant endsAt,
            Instant updatedAt,
            String fingerprint,
            List<ReceiverView> receivers,
            StatusView status,
            @JsonProperty("generatorURL") String generatorUrl) {
        boolean isActive() {
            return status.state().equals("active");
        }

        boolean isSilenced() {
            return !status.silencedBy().isEmpty();
        }

        boolean isInhibited() {
            return !status.inhibitedBy().isEmpty();
        }

        boolean isMuted() {
            return !status.mutedBy().isEmpty();
        }
    }

    /** Alerts of one incident. */
    public record GroupView(Map<String, String> labels, ReceiverView receiver, List<AlertView> alerts) {}

    /** How the service is, as far as it is Alertmanager-like. */
    public record Status(Cluster cluster, Map<String, String> versionInfo, Config config, Instant uptime) {}

    /** We gossip with nobody; the database keeps nodes together. */
    public record Cluster(String status, List<String> peers) {}

    /** Our configuration is not Alertmanager's. */
    public record Config(String original) {}

    @GET
    @Path("/status")
    public Status status() {
        Map<String, String> version = new TreeMap<>();
        List.of("branch", "buildDate", "buildUser", "goVersion", "revision").forEach(name -> version.put(name, ""));
        version.put("version", "litewatch");
        return new Status(new Cluster("disabled", List.of()), version, new Config(""), startedAt);
    }

    @GET
    @Path("/receivers")
    public List<ReceiverView> receivers() {
        return receivers.stream().map(one -> new ReceiverView(one.name())).toList();
    }

    @GET
    @Path("/alerts")
    public List<AlertView> alerts(
            @QueryParam("active") @Nullable String active,
            @QueryParam("silenced") @Nullable String silenced,
            @QueryParam("inhibited") @Nullable String inhibited,
            @QueryParam("unprocessed") @Nullable String unprocessed,
            @QueryParam("filter") @Nullable List<String> filter,
            @QueryParam("receiver") @Nullable String receiverPattern) {
        isTrue("unprocessed", unprocessed);
        Wanted wanted = new Wanted(
                isTrue("active", active), isTrue("silenced", silenced), isTrue("inhibited", inhibited), true);
        return firing(wanted, filter, receiverPattern);
    }

    @GET
    @Path("/alerts/groups")
    public List<GroupView> groups(
            @QueryParam("active") @Nullable String active,
            @QueryParam("silenced") @Nullable String silenced,
            @QueryParam("inhibited") @Nullable String inhibited,
            @QueryParam("muted") @Nullable String muted,
            @QueryParam("filter") @Nullable List<String> filter,
            @QueryParam("receiver") @Nullable String receiverPattern) {
        Wanted wanted = new Wanted(
                isTrue("active", active),
                isTrue("silenced", silenced),
                isTrue("inhibited", inhibited),
                isTrue("muted", muted));
        Predicate<String> isAsked = named(receiverPattern);
        Map<String, List<AlertView>> groups = new TreeMap<>();
        firing(wanted, filter, receiverPattern)
                .forEach(alert -> groups.computeIfAbsent(key(alert).value(), k -> new ArrayList<>())
                        .add(alert));
        // As in Alertmanager, a group is there once for each that is told of any of its alerts, with those alerts.
        return groups.values().stream()
                .flatMap(members -> receivers.stream()
                        .map(one -> new ReceiverView(one.name()))
                        .filter(one -> isAsked.test(one.name()))
                        .flatMap(one -> group(one, members).stream()))
                .toList();
    }

    private static Optional<GroupView> group(ReceiverView receiver, List<AlertView> all) {
        List<AlertView> members = all.stream()
                .filter(alert -> alert.receivers().contains(receiver))
                .toList();
        return members.isEmpty() ? Optional.empty() : Optional.of(groupOf(receiver, members));
    }

    private static GroupView groupOf(ReceiverView receiver, List<AlertView> members) {
        GroupKey key = key(members.get(0));
        return new GroupView(
                new TreeMap<>(
                        Map.of("service", key.service(), "network", key.network(), GroupKey.LABEL, key.failure())),
                receiver,
                members);
    }

    private static GroupKey key(AlertView alert) {
        return GroupKey.of(alert.labels().getOrDefault("alertname", ""), alert.labels(), alert.annotations());
    }

    /** Which alerts are asked for; one that is suppressed for several reasons must be wanted for each. */
    private record Wanted(boolean active, boolean silenced, boolean inhibited, boolean muted) {
        boolean includes(AlertView alert) {
            return (active || !alert.isActive())
                    && (silenced || !alert.isSilenced())
                    && (inhibited || !alert.isInhibited())
                    && (muted || !alert.isMuted());
        }
    }

    private List<AlertView> firing(Wanted wanted, @Nullable List<String> filter, @Nullable String receiverPattern) {
        List<Matcher> matchers = Filters.parse(filter);
        Predicate<String> isAsked = named(receiverPattern);
        Instant now = clock.instant();
        try {
            Mutes mutes = muting.apply(now);
            return alerts.alive().stream()
                    .filter(alert -> alert.state() == Alert.State.FIRING)
                    .filter(alert -> matchers.stream().allMatch(matcher -> matcher.matches(alert.labels())))
                    .map(alert -> view(alert, mutes, now))
                    .filter(wanted::includes)
                    .filter(alert -> alert.receivers().stream().anyMatch(one -> isAsked.test(one.name())))
                    .sorted(Comparator.comparing(AlertView::fingerprint))
                    .toList();
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }

    private AlertView view(Alert alert, Mutes mutes, Instant now) {
        List<String> silencedBy = mutes.silencing(alert).stream()
                .map(silence -> silence.id().toString())
                .toList();
        List<String> inhibitedBy =
                mutes.hiding(alert).stream().map(Alert::fingerprint).toList();
        List<String> mutedBy =
                mutes.open(alert).stream().map(MaintenanceWindow::name).toList();
        boolean active = silencedBy.isEmpty() && inhibitedBy.isEmpty() && mutedBy.isEmpty();
        Map<String, String> annotations = new TreeMap<>(alert.annotations());
        String runbook = annotations.get("runbook");
        if (runbook != null) {
            annotations.put("runbook_url", publicUrl + "/runbooks/" + runbook);
        }
        return new AlertView(
                new TreeMap<>(alert.labels()),
                annotations,
                alert.startsAt(),
                now.plus(VALID),
                alert.evaluatedAt(),
                alert.fingerprint(),
                receivers.stream()
                        .filter(one -> one.isTold().test(alert))
                        .map(one -> new ReceiverView(one.name()))
                        .toList(),
                new StatusView(active ? "active" : "suppressed", silencedBy, inhibitedBy, mutedBy),
                publicUrl + "/api/v1/alerts/" + alert.fingerprint());
    }

    private static Predicate<String> named(@Nullable String pattern) {
        try {
            Pattern wanted = Pattern.compile(pattern == null ? ".*" : pattern);
            return wanted::matches;
        } catch (PatternSyntaxException e) {
            throw ApiError.badRequest("receiver must be a regular expression");
        }
    }

    private static boolean isTrue(String name, @Nullable String value) {
        if (value == null || value.equals("true")) {
            return true;
        }
        if (value.equals("false")) {
            return false;
        }
        throw ApiError.badRequest(name + " must be true or false");
    }
}
