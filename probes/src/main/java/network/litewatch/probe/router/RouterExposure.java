package network.litewatch.probe.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;

/** What one run of {@link RouterExposureProbe} asks, and what it makes of the answers. Not thread-safe: one run, in order. */
final class RouterExposure {
    // Whatever status says nothing of the route: a limiter, a redirect to another scheme, a proxy with nothing behind
    // it.
    private static final Set<Integer> SAYS_NOTHING = Set.of(301, 302, 303, 307, 308, 429, 502, 503, 504);

    private static final List<RouterRoute> GUARDED = RouterRoute.GUARDED;
    private static final List<RouterRoute> TRIED_WITH_TOKENS = List.of(RouterRoute.STATUS, RouterRoute.INFO);

    // Documented routes of a router that its public nginx template does not proxy, and one path that nobody has.
    private static final List<String> HIDDEN = List.of(
            "/litewatch-no-such-path",
            "/api/v1/litewatch-no-such-route",
            "/api/v1/create",
            "/api/v1/delegate",
            "/api/v1/validate",
            "/api/v1/factcheck",
            "/api/v1/fact-check",
            "/api/v1/auth/payload_enc_key/session",
            "/api/v1/auth/payload_enc_key/task",
            "/api/v2/delegate",
            "/api/v2/validate",
            "/api/v3/completions",
            "/api/v3/delegate",
            "/api/v3/validate",
            "/api/v3/offchain/result");

    private static final Pattern SPACES = Pattern.compile("\\s+");

    /** Who asks. */
    enum Caller {
        /** Without a token, for a route that needs one. */
        NOBODY,
        /** With a token that nobody gave out. */
        MADE_UP,
        /** With the documented default token. */
        DEFAULT,
        /** Without a token, for a path that should not be there. */
        PATH_FINDER
    }

    /** One GET. */
    record Question(Caller as, String path) {}

    private final Set<String> mayBeOpen;
    private final Set<String> mayBeExposed;
    private final Set<String> hiddenStatus;

    private final Set<String> open = new LinkedHashSet<>();
    private final Set<String> takesDefault = new LinkedHashSet<>();
    private final Map<String, Integer> exposed = new LinkedHashMap<>();
    private final Map<Caller, Integer> unanswered = new EnumMap<>(Caller.class);

    RouterExposure(Map<String, String> parameters) {
        this.mayBeOpen = words(parameters.getOrDefault(RouterExposureProbe.OPEN, ""));
        this.mayBeExposed = words(parameters.getOrDefault(RouterExposureProbe.EXPOSED, ""));
        this.hiddenStatus = words(
                parameters.getOrDefault(RouterExposureProbe.HIDDEN_STATUS, RouterExposureProbe.DEFAULT_HIDDEN_STATUS));
    }

    /** What to ask, in this order. */
    List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        GUARDED.forEach(route -> add(questions, Caller.NOBODY, route));
        TRIED_WITH_TOKENS.forEach(route -> add(questions, Caller.MADE_UP, route));
        TRIED_WITH_TOKENS.forEach(route -> add(questions, Caller.DEFAULT, route));
        HIDDEN.stream()
                .filter(path -> !mayBeExposed.contains(path))
                .forEach(path -> questions.add(new Question(Caller.PATH_FINDER, path)));
        return questions;
    }

    private void add(List<Question> questions, Caller caller, RouterRoute route) {
        if (!mayBeOpen.contains(route.label())) {
            questions.add(new Question(caller, route.path()));
        }
    }

    /** Takes one answer in. */
    void heard(Question question, HttpResult answer) {
        if (!(answer instanceof HttpResponse response) || saysNothing(response)) {
            unanswered.merge(question.as(), 1, Integer::sum);
            return;
        }
        if (question.as() == Caller.PATH_FINDER) {
            if (!hiddenStatus.contains(Integer.toString(response.status()))) {
                exposed.put(question.path(), response.status());
            }
        } else if (response.isSuccess() || RouterReading.saysNoMiners(response)) {
            // An idle router fails these two only after it has let the caller in.
            (question.as() == Caller.DEFAULT ? takesDefault : open).add(question.path());
        }
    }

    private static boolean saysNothing(HttpResponse response) {
        return SAYS_NOTHING.contains(response.status()) && !RouterReading.saysNoMiners(response);
    }

    /** What was learned; a count that is zero only for want of an answer is left out. */
    Finding finding(Map<Phase, Duration> phases) {
        // A router that answers anybody answers the default token too; that says nothing of the token.
        takesDefault.removeAll(open);
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        boolean sureOfNobody = !unanswered.containsKey(Caller.NOBODY) && !unanswered.containsKey(Caller.MADE_UP);
        put(measurements, Measurement.ROUTER_OPEN_ROUTES, open.size(), sureOfNobody);
        put(
                measurements,
                Measurement.ROUTER_DEFAULT_TOKEN_ACCEPTED,
                takesDefault.isEmpty() ? 0 : 1,
                !unanswered.containsKey(Caller.DEFAULT));
        put(
                measurements,
                Measurement.ROUTER_EXPOSED_ROUTES,
                exposed.size(),
                !unanswered.containsKey(Caller.PATH_FINDER));
        int missing = unanswered.values().stream().mapToInt(Integer::intValue).sum();
        Outcome outcome = missing == 0
                ? Outcome.ok()
                : Outcome.inconclusive(Reason.PATH_UNHEALTHY, missing + " questions were not answered");
        return new Finding(outcome, phases, measurements, evidence());
    }

    private Map<String, String> evidence() {
        Map<String, String> evidence = new LinkedHashMap<>();
        if (!open.isEmpty()) {
            evidence.put("open_routes", String.join(" ", open));
        }
        if (!takesDefault.isEmpty()) {
            evidence.put("default_token_routes", String.join(" ", takesDefault));
        }
        if (!exposed.isEmpty()) {
            evidence.put(
                    "exposed_routes",
                    exposed.entrySet().stream()
                            .map(e -> e.getKey() + "=" + e.getValue())
                            .collect(Collectors.joining(" ")));
        }
        return evidence;
    }

    private static void put(Map<Measurement, Double> measurements, Measurement measurement, int count, boolean sure) {
        if (count > 0 || sure) {
            measurements.put(measurement, (double) count);
        }
    }

    private static Set<String> words(String text) {
        return Arrays.stream(SPACES.split(text.strip(), -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }
}
