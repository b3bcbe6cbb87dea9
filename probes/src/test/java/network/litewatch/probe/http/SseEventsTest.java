package network.litewatch.probe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SseEventsTest {
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void cutsAtBlankLinesWhateverTheLineEnd(String end) {
        assertThat(data("data: a" + end + end + "data: b" + end + end)).containsExactly("a", "b");
    }

    @Test
    void givesTheSameEventsHoweverTheBytesAreSplit() {
        String stream =
                "\uFEFF: hello\r\nevent: token\r\ndata: zw\u00f6lf \uD83D\uDE80\r\ndata: zwei\r\n\r\ndata:x\n\ndata: y\r\r";
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        List<SseEvent> whole = parse(bytes, bytes.length);
        assertThat(whole)
                .containsExactly(
                        new SseEvent("token", "zw\u00f6lf \uD83D\uDE80\nzwei"),
                        new SseEvent("message", "x"),
                        new SseEvent("message", "y"));
        for (int size = 1; size < bytes.length; size++) {
            assertThat(parse(bytes, size)).as("pieces of %d", size).isEqualTo(whole);
        }
    }

    @Test
    void joinsSeveralDataLines() {
        assertThat(data("data: a\ndata\ndata: b\n\n")).containsExactly("a\n\nb");
    }

    @Test
    void stripsOneSpaceOnly() {
        assertThat(data("data:  two\n\ndata:none\n\n")).containsExactly(" two", "none");
    }

    @Test
    void ignoresCommentsUnknownFieldsAndEventsWithoutData() {
        assertThat(data(": ping\n\nevent: x\n\nid: 7\nretry: 1\ncolour: red\ndata: a\n\n"))
                .containsExactly("a");
    }

    @Test
    void forgetsTheTypeOfAnEventWithoutData() {
        assertThat(parse("event: x\n\ndata: a\n\n".getBytes(StandardCharsets.UTF_8), 99))
                .containsExactly(new SseEvent("message", "a"));
    }

    @Test
    void replacesMalformedUtf8() {
        byte[] bytes = {'d', 'a', 't', 'a', ':', (byte) 0xC3, '(', '\n', '\n'};
        assertThat(parse(bytes, bytes.length)).containsExactly(new SseEvent("message", "\uFFFD("));
    }

    @Test
    void countsAWholeLastLineWithoutItsBlankLineButNotHalfALine() {
        assertThat(data("data: a\n")).containsExactly("a");
        assertThat(data("data: a\ndata: hal")).isEmpty();
    }

    @Test
    void stopsAtAnEventOverTheCapAndSaysSo() {
        SseEvents events = new SseEvents(16);
        List<SseEvent> seen = new ArrayList<>();
        byte[] good = "data: 1234567890\n\n".getBytes(StandardCharsets.UTF_8);
        byte[] bad = "data: a\ndata: bcdefghi".getBytes(StandardCharsets.UTF_8);

        assertThat(events.feed(good, good.length, seen::add)).isTrue();
        assertThat(events.feed(bad, bad.length, seen::add)).isFalse();
        assertThat(events.feed(good, good.length, seen::add)).isFalse();
        events.end(seen::add);

        assertThat(seen).containsExactly(new SseEvent("message", "1234567890"));
    }

    @Test
    void commentsCountTowardsTheCap() {
        byte[] bytes = ":aaaa\n:bbbb\n:cccc\n:dddd\n".getBytes(StandardCharsets.UTF_8);
        assertThat(new SseEvents(16).feed(bytes, bytes.length, event -> {})).isFalse();
    }

    @Test
    void refusesACapOfNothing() {
        assertThatThrownBy(() -> new SseEvents(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> data(String stream) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        return parse(bytes, bytes.length).stream().map(SseEvent::data).toList();
    }

    private static List<SseEvent> parse(byte[] bytes, int size) {
        SseEvents events = new SseEvents(1000);
        List<SseEvent> seen = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += size) {
            byte[] piece = java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
            assertThat(events.feed(piece, piece.length, seen::add)).isTrue();
        }
        events.end(seen::add);
        return seen;
    }
}
