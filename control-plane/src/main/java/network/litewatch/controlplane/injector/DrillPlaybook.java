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
 * caller until Ansible is done, for {@link #MOST} at most.
 */
final class DrillPlaybook {
    /** Whoever asks waits a little longer. */
    static final Duration MOST = Duration.ofSeconds(22);

    private static final Logger LOG = LoggerFactory.getLogger(DrillPlaybook.class);
    private static final int TOLD = 2_000;

    private final List<String> program;
    private final Map<String, String> environment;

    /** {@code environment} is added to our own. */
    DrillPlaybook(InjectorConfiguration.AnsibleSettings settings, Path base, Map<String, String> environment) {
        this.program = List.of(
                settings.program(),
                base.resolve(settings.playbook()).toString(),
                "--inventory",
                base.resolve(settings.inventory()).toString());
        this.environment = Map.copyOf(environment);
    }

    /** Stops a unit, which its host starts again after {@code lease}. Throws {@link IllegalStateException} that says why it did not. */
    void stop(String host, String unit, Duration lease) {
        run(host, variables(unit, "stopped").put("drill_lease", lease.toSeconds()));
    }

    /** Starts a unit, and takes the host's timer away. Throws {@link IllegalStateException} that says why it did not. */
    void start(String host, String unit) {
        run(host, variables(unit, "started"));
    }

    private static ObjectNode variables(String unit, String state) {
        return JsonNodeFactory.instance.objectNode().put("drill_service", unit).put("drill_state", state);
    }

    private void run(String host, ObjectNode variables) {
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
                done = process.waitFor(MOST.toSeconds(), TimeUnit.SECONDS);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            if (!done || process.exitValue() != 0) {
                LOG.warn("ansible for {}: {}\n{}", host, variables, end(output));
                throw new IllegalStateException(
                        done
                                ? "ansible-playbook ended with " + process.exitValue() + "; the injector's log says why"
                                : "ansible-playbook was not done after " + MOST.toSeconds() + " s");
            }
        } catch (IOException e) {
            throw new IllegalStateException("ansible-playbook cannot be run: " + e.getMessage(), e);
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
