package network.litewatch.controlplane.drill.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;

/** Faults that the lab makes, or a fault injector of a real environment. Blocks its caller for its deadline a call at most. */
public final class HttpInjector implements Injector {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ASKING = Duration.ofSeconds(5);
    // A service on another host is stopped and started by a program that takes its time.
    private static final Duration DOING = Duration.ofSeconds(25);
    private static final int CREATED = 201;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int CLIENT = 400;
    private static final int SERVER = 500;

    private final HttpExchanger http;
    private final SecretUrl base;
    private final Optional<Secret> bearer;

    /** Asks the API at {@code base}, without a path, as who has {@code bearer}. */
    public HttpInjector(HttpExchanger http, SecretUrl base, Optional<Secret> bearer) {
        this.http = http;
        this.base = base;
        this.bearer = bearer;
    }

    @Override
    public Optional<String> refusal(Drill.Fault fault) {
        HttpResult answer = ask(HttpRequest.get(base.resolve("/faults"), bearer, ASKING));
        Optional<JsonNode> listed =
                answer instanceof HttpResponse response && response.status() == OK ? response.json() : Optional.empty();
        if (listed.isEmpty()) {
            return Optional.of("the injector does not answer: " + said(answer));
        }
        for (JsonNode known : listed.get().path("known")) {
            if (known.path("type").asText().equals(fault.type())) {
                for (JsonNode target : known.path("targets")) {
                    if (target.asText().equals(fault.at())) {
                        return Optional.empty();
                    }
                }
                return Optional.of(
                        fault.type() + " cannot be made at " + fault.at() + ", only at " + known.path("targets"));
            }
        }
        return Optional.of("the injector has no fault " + fault.type());
    }

    @Override
    public Answer inject(Drill.Fault fault) {
        ObjectNode body = JSON.createObjectNode()
                .put("type", fault.type())
                .put("target", fault.at())
                .put("lease", fault.lease().toSeconds() + "s");
        body.set("args", JSON.valueToTree(fault.args()));
        HttpResult answer = ask(HttpRequest.post(base.resolve("/faults"), bearer, body.toString(), DOING));
        if (!(answer instanceof HttpResponse response)) {
            return new NotMade(said(answer), false);
        }
        Optional<JsonNode> made = response.status() == CREATED ? response.json() : Optional.empty();
        if (made.isEmpty()) {
            boolean refused = response.status() >= CLIENT && response.status() < SERVER;
            return new NotMade(said(answer), refused);
        }
        try {
            return new Made(
                    made.get().path("id").asText(),
                    Instant.parse(made.get().path("ends_at").asText()));
        } catch (DateTimeParseException e) {
            return new NotMade("the injector does not say when its fault ends", false);
        }
    }

    @Override
    public Optional<String> undo(Drill.Fault fault, Optional<String> handle) {
        List<String> ids = new ArrayList<>();
        if (handle.isPresent()) {
            ids.add(handle.get());
        } else {
            HttpResult answer = ask(HttpRequest.get(base.resolve("/faults"), bearer, ASKING));
            Optional<JsonNode> listed = answer instanceof HttpResponse response && response.status() == OK
                    ? response.json()
                    : Optional.empty();
            if (listed.isEmpty()) {
                return Optional.of("the injector does not answer: " + said(answer));
            }
            for (JsonNode active : listed.get().path("active")) {
                if (active.path("type").asText().equals(fault.type())
                        && active.path("target").asText().equals(fault.at())) {
                    ids.add(active.path("id").asText());
                }
            }
        }
        for (String id : ids) {
            HttpResult answer = ask(new HttpRequest(
                    "DELETE",
                    base.resolve("/faults/" + id),
                    bearer,
                    Optional.empty(),
                    "application/json",
                    DOING,
                    HttpRequest.PROBE_BODY_BYTES));
            // One that is not there any more has ended with its lease.
            boolean over = answer instanceof HttpResponse response
                    && (response.status() == OK || response.status() == NOT_FOUND);
            if (!over) {
                return Optional.of(said(answer));
            }
        }
        return Optional.empty();
    }

    private HttpResult ask(HttpRequest request) {
        return http.exchange(request).join();
    }

    /** The injector is ours: what it says may be shown. */
    private static String said(HttpResult answer) {
        if (answer instanceof HttpFailure failure) {
            return failure.reason().label() + " (" + failure.detail() + ")";
        }
        HttpResponse response = (HttpResponse) answer;
        String text = response.text().strip();
        return "HTTP " + response.status() + " " + text.substring(0, Math.min(300, text.length()));
    }
}
