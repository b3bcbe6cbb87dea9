package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The small memories of a series, each by itself. */
class RememberedTest {
    private static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");

    @Test
    void silenceCountsFromRiseToRiseAndEndsWithWhatIsNew() {
        PushSilence heard = PushSilence.NONE.step(100, 3, at(0), at(5));
        assertThat(heard.seconds()).isZero();
        // The same again is what a relay holds, and one rise is a block that came when listening ended.
        PushSilence once = heard.step(100, 1, at(20), at(25));
        assertThat(once.step(Double.NaN, 0, at(40), at(45)).seconds()).isEqualTo(5);
        PushSilence dead = once.step(Double.NaN, 0, at(40), at(45)).step(Double.NaN, 2, at(80), at(85));
        assertThat(dead.seconds()).isEqualTo(65);
        assertThat(dead.step(101, 2, at(100), at(105)).seconds()).isZero();
        // A chain that was started afresh begins earlier.
        assertThat(dead.step(7, 2, at(100), at(105)).seconds()).isZero();
    }

    @Test
    void waitingStartsWithWorkAndNotWithTheLastPost() {
        PostingWait posted = PostingWait.NONE.step(1_000, 1_000, at(0));
        assertThat(posted.seconds(at(40_000))).isZero();
        PostingWait work = posted.step(Double.NaN, 41_000, at(40_000));
        assertThat(work.seconds(at(40_060))).isEqualTo(60);
        assertThat(work.step(1_000, 41_060, at(40_060)).seconds(at(40_100))).isEqualTo(100);
        assertThat(work.step(41_050, 41_060, at(40_060)).seconds(at(40_100))).isEqualTo(40);
        assertThat(work.step(41_060, 41_060, at(40_060)).seconds(at(40_100))).isZero();
    }

    @Test
    void theBestRangeIsThatOfAMonth() {
        LogsRanges ranges = LogsRanges.NONE.step(10_000);
        for (int day = 0; day < 29; day++) {
            ranges = ranges.step(500);
            assertThat(ranges.best()).isEqualTo(10_000);
        }
        assertThat(ranges.step(500).best()).isEqualTo(500);
    }

    @Test
    void aRevertCountsOnceAndForTenMinutes() {
        Reverts one = Reverts.NONE.step("0xa:0x12345678", at(0)).step("0xa:0x12345678", at(60));
        assertThat(one.seen()).hasSize(1);
        Reverts two = one.step("0xa:0x12345678 0xb:0x", at(120));
        assertThat(two.seen()).hasSize(2);
        assertThat(two.step("", at(601)).seen()).containsOnlyKeys("0xb");
        String many = String.join(
                " ", IntStream.range(0, 500).mapToObj(i -> "0x" + i + ":0x").toList());
        assertThat(Reverts.NONE.step(many, at(0)).seen()).hasSize(64);
    }

    @Test
    void thePercentileIsTheNearestRank() {
        TransactionTimes times = TransactionTimes.NONE;
        assertThat(times.p95()).isEmpty();
        for (int i = 1; i <= 20; i++) {
            times = times.step(i);
        }
        assertThat(times.p95()).hasValue(19);
        assertThat(times.step(100).p95()).hasValue(20);
    }

    @Test
    void aCheckpointReadsBackAsItWas() throws IOException {
        ObjectMapper json = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        PushSilence silence = PushSilence.NONE.step(100, 3, at(0), at(5)).step(100, 1, at(20), at(25));
        assertThat(json.readValue(json.writeValueAsString(silence), PushSilence.class))
                .isEqualTo(silence);
        PostingWait wait = PostingWait.NONE.step(1, 2, at(0));
        assertThat(json.readValue(json.writeValueAsString(wait), PostingWait.class))
                .isEqualTo(wait);
        Reverts reverts = Reverts.NONE.step("0xa:0x", at(0));
        assertThat(json.readValue(json.writeValueAsString(reverts), Reverts.class))
                .isEqualTo(reverts);
        TransactionTimes times = TransactionTimes.NONE.step(2);
        assertThat(json.readValue(json.writeValueAsString(times), TransactionTimes.class))
                .isEqualTo(times);
        LogsRanges ranges = LogsRanges.NONE.step(5);
        assertThat(json.readValue(json.writeValueAsString(ranges), LogsRanges.class))
                .isEqualTo(ranges);
    }

    private static Instant at(long second) {
        return T0.plusSeconds(second);
    }
}
