package network.litewatch.probe.router;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.UntrustedText;
import org.jspecify.annotations.Nullable;

/** Reads one run of {@link RouterSessionsProbe}. Each reader's outcome, when there is one, ends the run. Not thread-safe. */
final class SessionsReading {
    /** So many of the chain's newest sessions are read. */
    static final int NEWEST = 20;

    /** So many of the sessions that the router lists are read on the chain, wherever they stand there. */
    static final int LISTED = 30;

    private final String active;
    private final String address;
    private final Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
    private final Map<String, String> evidence = new LinkedHashMap<>();
    private final Set<String> listed = new LinkedHashSet<>();
    private long count;

    /** For sessions that are active in state {@code active} and served by {@code router}, an address; empty for all sessions. */
    SessionsReading(String active, String router) {
        this.active = active;
        this.address = router.toLowerCase(Locale.ROOT);
    }

    Finding finding(Outcome outcome) {
        return new Finding(outcome, Map.of(), measurements, evidence);
    }

    /** What the router lists. One without miners lists nothing, whatever is on the chain. */
    Optional<Outcome> router(HttpResult sessions, HttpResult miners) {
        Optional<JsonNode> list = json(sessions).map(json -> json.path("sessions"));
        if (list.isEmpty() || !list.get().isArray()) {
            return Optional.of(unhealthy("the router's /sessions", sessions));
        }
        for (JsonNode session : list.get()) {
            listed.add(session.path("id").asText("").toLowerCase(Locale.ROOT));
        }
        if (!listed.isEmpty()) {
            return Optional.empty();
        }
        Optional<JsonNode> nodes = json(miners).map(json -> json.path("nodes"));
        return nodes.isPresent() && !nodes.get().isEmpty()
                ? Optional.empty()
                : Optional.of(Outcome.okBut(Reason.NO_MINERS, "a router without miners lists no session"));
    }

    /** How many sessions the chain has ever had. */
    Optional<Outcome> count(HttpResult answer) {
        try {
            count = SessionCalls.number(result(json(answer).orElse(null)));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(unhealthy("getSessionCount", answer));
        }
    }

    /** The ids to read on the chain; contracts count from 0 or from 1. */
    NavigableSet<Long> wanted() {
        NavigableSet<Long> ids = new TreeSet<>();
        for (long id = Math.max(0, count - NEWEST + 1); id <= count; id++) {
            ids.add(id);
        }
        listed.stream()
                .filter(id -> id.matches("[0-9]{1,18}"))
                .limit(LISTED)
                .map(Long::valueOf)
                .forEach(ids::add);
        return ids;
    }

    /** The sessions with {@code ids}, and what follows. */
    Optional<Outcome> chain(List<Long> ids, HttpResult answer) {
        Optional<JsonNode> batch = json(answer).filter(JsonNode::isArray);
        if (batch.isEmpty() || batch.get().size() != ids.size()) {
            return Optional.of(unhealthy("getSession", answer));
        }
        List<SessionCalls.Session> found = new ArrayList<>();
        for (JsonNode one : batch.get()) {
            try {
                long asked = ids.get(one.path("id").asInt(-1));
                // An id that there is none of reverts, or comes back empty. Any other error says nothing of the
                // session.
                String error = one.path("error").path("message").asText("");
                if (one.has("error") && !error.toLowerCase(Locale.ROOT).contains("revert")) {
                    return Optional.of(unhealthy("getSession", answer));
                }
                if (!one.has("error")) {
                    SessionCalls.Session session = SessionCalls.session(result(one));
                    if (session.id() == asked && !session.sid().matches("0x0{64}")) {
                        found.add(session);
                    }
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                return Optional.of(Outcome.inconclusive(
                        Reason.SHAPE_CHANGED, "getSession does not return the tuple that we know"));
            }
        }
        compare(found.stream()
                .filter(session -> Long.toString(session.state()).equals(active))
                .toList());
        return Optional.empty();
    }

    private void compare(List<SessionCalls.Session> activeOnChain) {
        Set<String> unknown = new LinkedHashSet<>(listed);
        Set<String> missing = new LinkedHashSet<>();
        Set<String> reachableByNobody = new LinkedHashSet<>();
        int served = 0;
        for (SessionCalls.Session session : activeOnChain) {
            boolean there = unknown.remove(Long.toString(session.id()));
            there |= unknown.remove(session.sid().toLowerCase(Locale.ROOT));
            if (!address.isEmpty() && !session.routers().contains(address)) {
                continue;
            }
            served++;
            if (!there) {
                missing.add(Long.toString(session.id()));
            }
            session.routerMetadatas().stream()
                    .filter(RegisteredEndpoint::isPrivate)
                    .forEach(reachableByNobody::add);
        }
        measurements.put(Measurement.ROUTER_SESSIONS, (double) listed.size());
        measurements.put(Measurement.ROUTER_CHAIN_SESSIONS, (double) served);
        measurements.put(Measurement.ROUTER_SESSIONS_DIFFERENCE, (double) unknown.size() + missing.size());
        measurements.put(Measurement.ROUTER_PRIVATE_ENDPOINTS, (double) reachableByNobody.size());
        note("not_on_the_router", missing);
        note("not_on_the_chain", unknown);
        note("private_endpoints", reachableByNobody);
    }

    private void note(String name, Set<String> what) {
        if (!what.isEmpty()) {
            evidence.put(name, UntrustedText.clean(what.stream().limit(20).collect(Collectors.joining(" ")), 400));
        }
    }

    private static Optional<JsonNode> json(HttpResult answer) {
        return answer instanceof HttpResponse response && response.isSuccess() ? response.json() : Optional.empty();
    }

    private static String result(@Nullable JsonNode answer) {
        return answer == null ? "" : answer.path("result").asText("");
    }

    private static Outcome unhealthy(String what, HttpResult answer) {
        String why = answer instanceof HttpFailure failure
                ? failure.outcome().reason().label()
                : "HTTP " + ((HttpResponse) answer).status();
        return Outcome.inconclusive(Reason.PATH_UNHEALTHY, what + " did not answer as it should: " + why);
    }
}
