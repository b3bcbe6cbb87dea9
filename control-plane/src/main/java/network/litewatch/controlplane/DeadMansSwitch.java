package network.litewatch.controlplane;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells somebody outside that this node works, and falls silent when any part of it does not: whoever hears nothing for a while
 * wakes people. A ping that only says that a process lives would go on while nothing is probed and nobody told.
 */
final class DeadMansSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(DeadMansSwitch.class);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final List<Question> questions;
    private final HttpExchanger http;
    private final SecretUrl url;
    private volatile String silentFor = "it was not asked yet";

    /** A part of the service. */
    @FunctionalInterface
    interface Trouble {
        /** What is wrong with it; empty when nothing is. An exception is wrong too. */
        Optional<String> now() throws Exception;
    }

    /** A question of the self-check. */
    record Question(String part, Trouble trouble) {}

    /** Pings {@code url}, which is a secret, after all {@code questions} were answered well. */
    DeadMansSwitch(List<Question> questions, HttpExchanger http, SecretUrl url) {
        this.questions = List.copyOf(questions);
        this.http = http;
        this.url = url;
    }

    /** Checks and pings from now on. */
    void start(ScheduledExecutorService executor, Duration every) {
        var unused = executor.scheduleWithFixedDelay(this::run, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Checks once, and pings if all is well. */
    void run() {
        String before = silentFor;
        String now = trouble().or(this::ping).orElse("");
        silentFor = now;
        if (!now.isEmpty() && !now.equals(before)) {
            LOG.warn("no dead-man's ping: {}", now);
        }
    }

    /** Why the last ping was not sent, or not taken; empty when it was. */
    Optional<String> silent() {
        return Optional.of(silentFor).filter(why -> !why.isEmpty());
    }

    private Optional<String> trouble() {
        for (Question question : questions) {
            try {
                Optional<String> wrong = question.trouble().now();
                if (wrong.isPresent()) {
                    return Optional.of(question.part() + ": " + wrong.get());
                }
            } catch (Exception e) {
                return Optional.of(question.part() + ": " + e.getClass().getSimpleName());
            }
        }
        return Optional.empty();
    }

    private Optional<String> ping() {
        HttpResult answer;
        try {
            answer = http.exchange(HttpRequest.get(url, Optional.empty(), DEADLINE))
                    .join();
        } catch (RuntimeException e) {
            // Thrown on, it would end the schedule, and the last word would stay "all is well".
            return Optional.of("the switch cannot be asked: " + e.getClass().getSimpleName());
        }
        if (answer instanceof HttpFailure failure) {
            return Optional.of(
                    "the switch cannot be reached: " + failure.reason().label());
        }
        int status = Objects.requireNonNull((HttpResponse) answer).status();
        return status / 100 == 2 ? Optional.empty() : Optional.of("the switch answered " + status);
    }
}
