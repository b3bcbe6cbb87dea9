package network.litewatch.controlplane.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.CRC32;
import network.litewatch.probe.Probe;
import network.litewatch.probe.Target;

/**
 * One question put to one target again and again.
 *
 * <p>Slots lie at {@code phase + k * interval} since 1970 and depend on nothing but the plan, so that a restart, another
 * node or a replay finds the same ones. The phase spreads targets over the interval; the jitter of a slot keeps a target
 * from guessing the exact instant. Both are hashes, not chance.
 *
 * @param interval from slot to slot; at least one second
 * @param timeout total deadline of one run; positive and not longer than {@code interval}
 */
public record ProbePlan(Probe probe, Target target, Duration interval, Duration timeout) {
    /** Share of the interval within which a slot's jitter lies. */
    static final double JITTER = 0.05;

    public ProbePlan {
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("interval must be at least 1s: " + interval);
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(interval) > 0) {
            throw new IllegalArgumentException("timeout must be positive and at most the interval: " + timeout);
        }
        if (probe.kind() != target.kind()) {
            throw new IllegalArgumentException(
                    probe.id() + " cannot be put to a " + target.kind().label());
        }
    }

    /** Identity within the schedule: {@code probe@target}. */
    public String name() {
        return probe.id() + "@" + target.id();
    }

    /** The first slot strictly after {@code instant}. */
    public Instant nextSlotAfter(Instant instant) {
        long period = interval.toMillis();
        long index = Math.floorDiv(instant.toEpochMilli() - phaseMillis(), period);
        Instant slot = slot(index);
        while (!slot.isAfter(instant)) {
            slot = slot(++index);
        }
        return slot;
    }

    /** Within how much of its due time a slot lies. */
    Duration jitter() {
        return Duration.ofMillis((long) (interval.toMillis() * JITTER));
    }

    private Instant slot(long index) {
        long jitter = Math.floorMod(hash(name() + "#" + index), Math.max(1, jitter().toMillis()));
        return Instant.ofEpochMilli(phaseMillis() + index * interval.toMillis() + jitter);
    }

    private long phaseMillis() {
        return Math.floorMod(hash(name()), interval.toMillis());
    }

    private static long hash(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        // CRC is linear: neighbouring indices differ in few bits, so the product spreads them.
        return (crc.getValue() * 0x9E3779B97F4A7C15L) >>> 1;
    }
}
