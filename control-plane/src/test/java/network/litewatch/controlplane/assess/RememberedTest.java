package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Unit;
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
        Reverts full = Reverts.NONE.step(many, at(0));
        assertThat(full.seen()).hasSize(64);
        assertThat(full.step("0xa:0x", at(600)).seen()).hasSize(64).doesNotContainKey("0xa");
        // What is over makes room for what is new in the same run.
        assertThat(full.step("0xa:0x no-hash 0x0:0x", at(601)).seen()).containsOnlyKeys("0xa");
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
    void theTimeBetweenBlocksIsAMeanThatFollowsSlowly() {
        BlockTime first = BlockTime.UNKNOWN.step(2, 8);
        assertThat(first).isEqualTo(new BlockTime(4, 1));
        assertThat(first.step(0, 8)).as("no block").isEqualTo(first);
        assertThat(first.step(2, 0)).as("no time").isEqualTo(first);
        assertThat(first.step(-1, -4)).as("a step back").isEqualTo(first);

        BlockTime fourth = first.step(1, 14).step(1, 5).step(1, 5);
        assertThat(first.step(1, 14).seconds()).isEqualTo(5);
        assertThat(first.step(1, 14).step(1, 5).known()).isFalse();
        assertThat(fourth.known()).isTrue();
        assertThat(fourth.step(1, 5)).isEqualTo(new BlockTime(5, 4));
    }

    @Test
    void oneHashIsKeptForEachOfTheNewestFourBlocks() {
        Anchors anchors = Anchors.NONE;
        for (long number = 1; number <= 5; number++) {
            anchors = anchors.with(new Anchors.Anchor(number, "0x" + number, "o", at(number)));
        }
        assertThat(anchors.seen()).extracting(Anchors.Anchor::number).containsExactly(2L, 3L, 4L, 5L);

        anchors = anchors.with(new Anchors.Anchor(3, "0xother", "o", at(9)));
        assertThat(anchors.seen()).extracting(Anchors.Anchor::number).containsExactly(2L, 4L, 5L, 3L);
        assertThat(anchors.at(3)).get().returns("0xother", Anchors.Anchor::hash);
        assertThat(anchors.at(1)).isEmpty();
        assertThat(anchors.newest()).get().returns(3L, Anchors.Anchor::number);
        assertThat(anchors.counted(true).counted(true).mismatches()).isEqualTo(2);
        assertThat(anchors.counted(true).counted(false).mismatches()).isZero();
    }

    @Test
    void aReferenceIsTheMedianOfSixtySamplesBeforeTheLastThree() {
        SpeedReference speed = SpeedReference.EMPTY;
        for (double rate : new double[] {40, 10, 20, 60, 30, 50, 6, 70, 8}) {
            speed = speed.step(rate);
        }
        // 10 20 30 40 50 60: the middle lies between two of them.
        assertThat(speed.ratio()).hasValue(8 / 35.0);
        for (int i = 0; i < 100; i++) {
            speed = speed.step(100.0 + i);
        }
        assertThat(speed.reference()).hasSize(60).startsWith(137.0).endsWith(196.0);
        assertThat(speed.recent()).containsExactly(197.0, 198.0, 199.0);

        SpeedReference idle = SpeedReference.EMPTY;
        for (int i = 0; i < 9; i++) {
            idle = idle.step(0.0);
        }
        assertThat(idle.ratio()).isEmpty();
    }

    @Test
    void gasIsRememberedForAWeekOfHoursThatWereSeen() {
        FeeReference fees = FeeReference.EMPTY;
        for (int hour = 0; hour < 200; hour++) {
            fees = fees.step(hour, at(hour * 3_600L));
        }
        assertThat(fees.hours()).hasSize(FeeReference.KEPT).startsWith(31.0).endsWith(198.0);
        // The middle of 31 to 198, without the hour that is not over.
        assertThat(fees.ratio(229)).hasValue(2);

        FeeReference dayOfNothing = FeeReference.EMPTY;
        for (int hour = 0; hour < 30; hour++) {
            dayOfNothing = dayOfNothing.step(0, at(hour * 3_600L));
        }
        assertThat(dayOfNothing.ratio(5)).as("over nothing").isEmpty();
        // What comes late belongs to the hour that is being added up.
        FeeReference late = FeeReference.EMPTY.step(10, at(7_200)).step(40, at(3_600));
        assertThat(late).returns(50.0, FeeReference::sum).returns(2, FeeReference::samples);
        assertThat(late.step(1, at(7_200 + 6 * 86_400L)).hours()).containsExactly(25.0);
    }

    @Test
    void slotsThatWereLeftAloneMakeNoAnswerRight() {
        ReasonWindow window = ReasonWindow.EMPTY
                .step(Outcome.ok())
                .step(Outcome.failed(Reason.PROTOCOL_ERROR, ""))
                .step(Outcome.notRun(Reason.BACKING_OFF, ""))
                .step(Outcome.notRun(Reason.BACKING_OFF, ""));

        assertThat(window.malformed()).isEqualTo(0.5);
        assertThat(window.throttled()).isEqualTo(0.5);
    }

    @Test
    void figuresAreShownWithTheDigitsThatSaySomething() {
        assertThat(Signal.PROBE_ELAPSED_SECONDS.format(9.5)).isEqualTo("9.50 s");
        assertThat(Signal.PROBE_ELAPSED_SECONDS.format(10.25)).isEqualTo("10.3 s");
        assertThat(Signal.PROBE_ELAPSED_SECONDS.format(-9.5)).isEqualTo("-9.50 s");
        assertThat(Signal.PROBE_ELAPSED_SECONDS.format(12)).isEqualTo("12 s");
        assertThat(Signal.PROBE_ELAPSED_SECONDS.format(172_799)).isEqualTo("172799 s");
        assertThat(Signal.PROBE_ELAPSED_SECONDS.format(172_800)).isEqualTo("2.0 d");
    }

    @Test
    void aNumberBesideItsLimitHasTheDigitsThatTellThemApart() {
        assertThat(Signal.WALLET_FLOOR_RATIO.formatBeside(0.998999, 1)).isEqualTo("0.999");
        assertThat(Signal.WALLET_FLOOR_RATIO.formatBeside(1, 1)).isEqualTo("1");
        assertThat(Signal.WALLET_FLOOR_RATIO.formatBeside(0.4, 1)).isEqualTo("0.40");
        assertThat(Signal.WALLET_FLOOR_RATIO.formatBeside(1 + 1e-12, 1)).isEqualTo("1.000000000");
        assertThat(Signal.PROBE_ELAPSED_SECONDS.formatBeside(10.04, 10)).isEqualTo("10.04 s");
        assertThat(Signal.TLS_EXPIRY_SECONDS.formatBeside(1_209_599, 1_209_600)).isEqualTo("13.99999 d");
        assertThat(Signal.WALLET_FLOOR_RATIO.formatBeside(Double.POSITIVE_INFINITY, 1))
                .isEqualTo("Infinity");
        assertThat(Signal.PROBE_SUCCESS_RATIO.unit()).isEqualTo(Unit.RATIO);
        assertThat(Signal.SLO_SAMPLES.definition()).isEqualTo(Measurement.SLO_SAMPLES.definition());
        assertThat(Signal.named("probe_samples")).contains(Signal.PROBE_SAMPLES);
        assertThat(Signal.named("PROBE_SAMPLES")).isEmpty();
    }

    @Test
    void aCheckpointIsSilentOfWhatASeriesNeverRemembers() throws IOException {
        SeriesState state = SeriesState.before(Runs.head("a", 0, 100)).step(Runs.head("a", 1, 100));
        ObjectMapper json = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        JsonNode written = json.readTree(json.writeValueAsString(state));

        assertThat(written.has("health")).isTrue();
        assertThat(written.has("head")).isTrue();
        for (String never : List.of("speed", "fees", "push", "reverts", "claims", "canary", "batches", "heartbeats")) {
            assertThat(written.has(never)).as(never).isFalse();
        }
        assertThat(json.treeToValue(written, SeriesState.class)).isEqualTo(state);
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
