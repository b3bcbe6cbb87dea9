package network.litewatch.controlplane.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SegmenterTest {
    private final Segmenter segmenter = new Segmenter(SegmentSettings.SHIPPED);

    @Test
    void saysWhereAndHowMuch() {
        double[] series = Made.levels(1, 200, 0.3, 100, 110, 95);

        List<Change> changes = segmenter.segment(series).changes();

        assertThat(changes).extracting(Change::index).containsExactly(200, 400);
        Change first = changes.get(0);
        assertThat(first.effect()).isCloseTo(10, within(0.3));
        assertThat(first.low()).isLessThan(10.05);
        assertThat(first.high()).isGreaterThan(9.95);
        assertThat(first.high() - first.low()).isLessThan(0.5);
        assertThat(changes.get(1).effect()).isCloseTo(-15, within(0.3));
    }

    @Test
    void segmentsCoverTheSeriesWithoutGaps() {
        double[] series = Made.wild(3, 2_000);

        List<Segment> segments = segmenter.segment(series).segments();

        assertThat(segments).hasSizeGreaterThan(3);
        assertThat(segments.get(0).from()).isZero();
        for (int i = 1; i < segments.size(); i++) {
            assertThat(segments.get(i).from()).isEqualTo(segments.get(i - 1).to());
        }
        assertThat(segments.get(segments.size() - 1).to()).isEqualTo(series.length);
    }

    @Test
    void aSpikeIsNoChange() {
        double[] series = Made.levels(2, 300, 0.3, 100);
        series[100] = 400;
        series[200] = 5;

        assertThat(segmenter.segment(series).changes()).isEmpty();
    }

    @Test
    void lostSamplesShiftNothing() {
        double[] series = Made.levels(4, 200, 0.3, 100, 120);
        for (int i = 0; i < series.length; i += 7) {
            series[i] = -3;
        }
        series[150] = Double.NaN;

        assertThat(segmenter.segment(series).changes())
                .extracting(Change::index)
                .containsExactly(200);
    }

    @Test
    void takesWhatHasNoNoiseOrNoSamples() {
        assertThat(segmenter.segment(new double[0]).segments()).isEmpty();
        assertThat(segmenter.segment(new double[] {-1, -1}).segments()).isEmpty();
        assertThat(segmenter.segment(new double[] {5}).changes()).isEmpty();
        assertThat(segmenter.segment(Made.levels(1, 100, 0, 0, 0)).changes()).isEmpty();
        assertThat(segmenter.segment(Made.levels(1, 100, 0, 50, 70)).changes())
                .extracting(Change::index)
                .containsExactly(100);
    }
}
