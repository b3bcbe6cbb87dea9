package network.litewatch.controlplane.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import network.litewatch.controlplane.slo.Promises.Course;

/** Whatever is promised and however seldom things are asked. */
class BurnPropertiesTest {
    @Property(tries = 150)
    void oneFailureNeverFires(
            @ForAll("targets") double target,
            @ForAll("gaps") Duration gap,
            @ForAll @IntRange(min = 0, max = 40) int before,
            @ForAll @IntRange(min = 0, max = 40) int after) {
        Course course = new Course(target);
        for (int i = 0; i < before; i++) {
            course.add(gap, true);
        }
        course.add(gap, false);
        assertThat(course.fires()).isFalse();
        for (int i = 0; i < after; i++) {
            course.add(gap, true);
            assertThat(course.fires()).isFalse();
        }
    }

    /** At most as many events as it takes until three hours are over, and a few where they are seldom. */
    @Property(tries = 60)
    void ninetyPercentFailingFires(
            @ForAll("targets") double target, @ForAll("gaps") Duration gap, @ForAll boolean grown) {
        Course course = new Course(target);
        if (grown) {
            course.good(4, gap);
        }
        long most = Math.max(20, Duration.ofHours(3).dividedBy(gap));
        long events = 0;
        do {
            events++;
            course.add(gap, events % 10 == 0);
        } while (!course.fires() && events < most);
        assertThat(course.fires()).as("after %d events", events).isTrue();
    }

    @Property(tries = 40)
    void whatIsAsGoodAsPromisedHardlyEverFires(@ForAll("targets") double target, @ForAll long seed) {
        Random random = new Random(seed);
        Course course = new Course(target);
        int fired = 0;
        for (int i = 0; i < 400; i++) {
            course.add(Duration.ofMinutes(10), random.nextDouble() < target);
            fired += course.status().firing(BurnAlarm.Severity.PAGE) ? 1 : 0;
        }
        assertThat(fired).isZero();
    }

    @Property(tries = 30)
    void anAlarmEndsOnceThingsAreGoodAgain(@ForAll("targets") double target) {
        Duration minute = Duration.ofMinutes(1);
        Course course = new Course(target).good(1, minute);
        for (int i = 0; i < 90; i++) {
            course.add(minute, false);
        }
        assertThat(course.status().firing(BurnAlarm.Severity.PAGE)).isTrue();

        for (int i = 0; i < 31; i++) {
            course.add(minute, true);
        }

        assertThat(course.status().firing(BurnAlarm.Severity.PAGE)).isFalse();
    }

    @Provide
    Arbitrary<Double> targets() {
        return Arbitraries.of(0.9, 0.95, 0.99, 0.995, 0.999, 0.9999);
    }

    @Provide
    Arbitrary<Duration> gaps() {
        return Arbitraries.of(1, 5, 20, 60, 360, 1_440).map(Duration::ofMinutes);
    }
}
