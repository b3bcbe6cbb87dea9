package network.litewatch.controlplane.health;

import com.codahale.metrics.health.HealthCheck;
import java.util.Optional;

/** A health check that is a question: empty is healthy, a text says what is wrong. */
public final class Check extends HealthCheck {
    private final Question question;

    /** Asks for trouble; whatever it throws is trouble too. */
    @FunctionalInterface
    public interface Question {
        Optional<String> trouble() throws Exception;
    }

    public Check(Question question) {
        this.question = question;
    }

    @Override
    protected Result check() throws Exception {
        return question.trouble().map(Result::unhealthy).orElseGet(Result::healthy);
    }
}
