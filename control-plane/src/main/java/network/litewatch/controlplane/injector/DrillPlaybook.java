package network.litewatch.controlplane.injector;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The playbook that stops and starts services, run by the real Ansible. Nothing of what is asked goes through a shell. Thread-safe; blocks its
 * caller until Ansible is done, or for as long as it may take.
 */
final class DrillPlaybook {
    private static final Logger LOG = LoggerFactory.getLogger(DrillPlaybook.class);
    private static final int TOLD = 2_000;

    private final List<String> program;
    private final Map<String, String> environment;
    private final Duration most;

    /** Ansible refused, or could not do what it was told: nothing is in effect. The message says why. */
    static final class RefusedException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * The playbook that {@code settings} name, with relative paths from {@code base}.
     *
     * @param environment is added to our own
     * @param most how long Ansible may take
     */
    DrillPlaybook(
            InjectorConfiguration.AnsibleSettings settings, Path base, Map<String, String> environment, Duration most) {
        this.most = most;
        this.program = List.of(
                settings.program(),
                base.resolve(settings.playbook()).toString(),
                "--inventory",
                base.resolve(settings.inventory()).toString());
        this.environment = Map.copyOf(environment);
    }

    /**
     * Stops a unit, which its host starts again after {@code lease}; whether it does is not known where Ansible was not done in time, so that
     * {@link #start} must be asked for all the same. Throws {@link RefusedException} where it does not.
     */
    void stop(String host, String unit, Duration lease) {
        if (!isDone(host, variables(unit, "stopped").put("drill_lease", lease.toSeconds()))) {
            LOG.warn("whether {} of {} is stopped is not known: ansible took too long", unit, host);
        }
    }

    /** Starts a unit, and takes the host's timer away. Throws {@link IllegalStateException} that says why it did not. */
    void start(String host, String unit) {
        if (!isDone(host, variables(unit, "started"))) {
            throw new IllegalStateException("ansible-playbook was not done after " + most.toSeconds() + " s");
        }
    }

    private static ObjectNode variables(String unit, String state) {
        return JsonNodeFactory.instance.objectNode().put("drill_service", unit).put("drill_state", state);
    }

    private boolean isDone(String host, ObjectNode variables) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("--limit", host, "--extra-vars", variables.toString()));
        @Nullable Path output = null;
        try {
            output = Files.createTempFile("litewatch-injector-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean done;
            try {
                done = process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            if (done && process.exitValue() != 0) {
                LOG.warn("ansible for {}: {}\n{}", host, variables, end(output));
                throw new RefusedException(
                        "ansible-playbook ended with " + process.exitValue() + "; the injector's log says why");
            }
            return done;
        } catch (IOException e) {
            throw new RefusedException("ansible-playbook cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("ended while ansible-playbook ran", e);
        } finally {
            delete(output);
        }
    }

    private static String end(Path output) throws IOException {
        String text = Files.readString(output, StandardCharsets.UTF_8);
        return text.substring(Math.max(0, text.length() - TOLD));
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.debug("{} stays: {}", file, e.getMessage());
        }
    }
}
