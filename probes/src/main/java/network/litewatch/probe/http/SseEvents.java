package network.litewatch.probe.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts a byte stream into server-sent events, as the WHATWG HTML standard (section 9.2.6) has it, with one difference:
 * an event that the end of the stream cuts off before its blank line, but after a whole data line, still counts,
 * because line-based clients accept it.
 *
 * <p>Bytes may be split anywhere, within a character or between CR and LF. Not thread-safe: one stream, one instance.
 */
public final class SseEvents {
    private static final String DEFAULT_TYPE = "message";
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final int maxEventBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private final StringBuilder data = new StringBuilder();
    private String type = DEFAULT_TYPE;
    private boolean hasData;
    private boolean afterCarriageReturn;
    private boolean firstLine = true;
    private int eventBytes;
    private boolean overflowed;

    /**
     * A parser at the start of a stream.
     *
     * @param maxEventBytes cap on the bytes of one event, comments and field names included; positive
     */
    public SseEvents(int maxEventBytes) {
        if (maxEventBytes <= 0) {
            throw new IllegalArgumentException("maxEventBytes must be positive: " + maxEventBytes);
        }
        this.maxEventBytes = maxEventBytes;
    }

    /**
     * Takes the next bytes and hands every event they complete to {@code sink}.
     *
     * @return false once an event has been larger than the cap; nothing is parsed from then on
     */
    public boolean feed(byte[] bytes, int length, Consumer<SseEvent> sink) {
        for (int i = 0; i < length && !overflowed; i++) {
            take(bytes[i], sink);
        }
        return !overflowed;
    }

    /** Says that the stream ended in good order. */
    public void end(Consumer<SseEvent> sink) {
        if (!overflowed && line.size() == 0) {
            dispatch(sink);
        }
    }

    private void take(byte next, Consumer<SseEvent> sink) {
        boolean secondHalfOfLineEnd = next == '\n' && afterCarriageReturn;
        afterCarriageReturn = next == '\r';
        if (secondHalfOfLineEnd) {
            return;
        }
        if (next == '\n' || next == '\r') {
            endLine(sink);
            return;
        }
        eventBytes++;
        if (eventBytes > maxEventBytes) {
            overflowed = true;
            return;
        }
        line.write(next);
    }

    private void endLine(Consumer<SseEvent> sink) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (firstLine) {
            firstLine = false;
            if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
                text = text.substring(1);
            }
        }
        if (text.isEmpty()) {
            dispatch(sink);
        } else {
            field(text);
        }
    }

    private void field(String text) {
        int colon = text.indexOf(':');
        if (colon == 0) {
            return;
        }
        String name = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        if (value.startsWith(" ")) {
            value = value.substring(1);
        }
        if (name.equals("data")) {
            if (hasData) {
                data.append('\n');
            }
            data.append(value);
            hasData = true;
        } else if (name.equals("event")) {
            type = value;
        }
    }

    private void dispatch(Consumer<SseEvent> sink) {
        if (hasData) {
            sink.accept(new SseEvent(type.isEmpty() ? DEFAULT_TYPE : type, data.toString()));
        }
        data.setLength(0);
        type = DEFAULT_TYPE;
        hasData = false;
        eventBytes = 0;
    }
}
