package network.litewatch.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultRegistryTest {

    /** A clock and what is to happen by it. */
    private static final class VirtualTime {
        private record Due(Instant at, Runnable task) {}

        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private final List<Due> due = new ArrayList<>();

        void pass(Duration time) {
            now = now.plus(time);
            List<Due> ripe = due.stream().filter(d -> !d.at().isAfter(now)).toList();
            due.removeAll(ripe);
            ripe.forEach(d -> d.task().run());
        }
    }

    private final VirtualTime time = new VirtualTime();
    private final List<String> undone = new ArrayList<>();
    private int failures;
    private FaultRegistry registry;

    @BeforeEach
    void register() {
        registry = new FaultRegistry(
                () -> time.now, (delay, task) -> time.due.add(new VirtualTime.Due(time.now.plus(delay), task)));
        registry.register("rpc.freeze", "rpc-b", (args, lease) -> () -> {
            if (failures-- > 0) {
                throw new IllegalStateException("not yet");
            }
            undone.add("rpc-b");
        });
    }

    @Test
    void aFaultEndsWithItsLeaseAndNotBefore() {
        Fault fault = inject("30s");
        assertThat(fault.endsAt()).isEqualTo("2026-01-01T00:00:30Z");
        time.pass(Duration.ofMillis(29_999));
        assertThat(undone).isEmpty();
        assertThat(registry.list()).containsExactly(fault);
        time.pass(Duration.ofMillis(1));
        assertThat(undone).hasSize(1);
        assertThat(registry.list()).isEmpty();
    }

    @Test
    void aFaultThatIsEndedByHandIsUndoneOnce() {
        Fault fault = inject("30s");
        assertThat(registry.end(fault.id())).isTrue();
        assertThat(registry.end(fault.id())).isFalse();
        time.pass(Duration.ofMinutes(1));
        registry.close();
        assertThat(undone).hasSize(1);
    }

    @Test
    void closingEndsEveryFault() {
        inject("30s");
        inject("120m");
        registry.close();
        assertThat(undone).hasSize(2);
    }

    @Test
    void anUndoThatFailsIsTriedAgain() {
        failures = 2;
        inject("1s");
        time.pass(Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1));
        assertThat(undone).isEmpty();
        time.pass(Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1));
        assertThat(undone).hasSize(1);
    }

    @Test
    void leasesOutOfBoundsAreRefused() {
        assertThatThrownBy(() -> inject("900ms"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lease");
        assertThatThrownBy(() -> inject("7201s"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("120m");
    }

    @Test
    void whatIsNotKnownIsAnsweredWithWhatIs() {
        assertThatThrownBy(() -> registry.inject(
                        "rpc.thaw", "rpc-b", JsonNodeFactory.instance.objectNode(), Duration.ofSeconds(5)))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("rpc.freeze");
        assertThatThrownBy(() -> registry.inject(
                        "rpc.freeze", "rpc-z", JsonNodeFactory.instance.objectNode(), Duration.ofSeconds(5)))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("rpc-b");
    }

    private Fault inject(String lease) {
        Duration parsed = Duration.parse(
                lease.endsWith("ms")
                        ? "PT" + Integer.parseInt(lease.replace("ms", "")) / 1000.0 + "S"
                        : "PT" + lease.toUpperCase(java.util.Locale.ROOT));
        return registry.inject("rpc.freeze", "rpc-b", JsonNodeFactory.instance.objectNode(), parsed);
    }
}
