package network.litewatch.probe.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How RPCs say that a range of logs was too wide. There is no code for it: providers use -32005, -32602, -32000 and others,
 * some of them for other things too, so the words decide. Pure.
 */
final class RangeErrors {
    private static final Pattern TOO_WIDE =
            Pattern.compile("blocks? range|range is too|range too|limited to an? [\\d,]+ range"
                    + "|range limit|max(?:imum)? range|ranges over|too many (?:blocks|results|logs)|range [\\d,]+ exceeds"
                    + "|more than [\\d,]+ (?:results|logs)|exceeds? (?:limit of [\\d,]+|max(?:imum)? results)|response size"
                    + "|response is too|query timeout");
    private static final Pattern NOT_RANGE =
            Pattern.compile("invalid block range|rate limit|compute units|requests per");
    private static final Pattern HEX_RANGE = Pattern.compile("\\[(0x[0-9a-f]{1,13}), ?(0x[0-9a-f]{1,13})]");
    private static final Pattern RANGE = Pattern.compile("range ([0-9]{1,15})-([0-9]{1,15})");
    private static final Pattern RESULTS = Pattern.compile("results|logs matched");
    private static final Pattern WIDTH =
            Pattern.compile("(?:limited to an? |limited to |limit of |range limit |ranges over |up to an? "
                    + "|max(?:imum)? is (?:set to )?|max(?:imum)? (?:block )?range:? )([0-9,]{1,9})(k?)");

    private RangeErrors() {}

    static boolean isRange(JsonNode error) {
        String message = message(error);
        return TOO_WIDE.matcher(message).find() && !NOT_RANGE.matcher(message).find();
    }

    /** The width in blocks that the error offers; empty when it offers none, or speaks of results. */
    static OptionalLong suggested(JsonNode error) {
        String message = message(error);
        Matcher hex = HEX_RANGE.matcher(message);
        if (hex.find()) {
            return width(Long.decode(hex.group(1)), Long.decode(hex.group(2)));
        }
        Matcher range = RANGE.matcher(message);
        if (range.find()) {
            return width(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)));
        }
        OptionalLong from = Hex.quantity(error.path("data").path("from"));
        OptionalLong to = Hex.quantity(error.path("data").path("to"));
        if (from.isPresent() && to.isPresent()) {
            return width(from.getAsLong(), to.getAsLong());
        }
        Matcher number = WIDTH.matcher(message);
        return number.find() && !RESULTS.matcher(message).find()
                ? blocks(number.group(1).replace(",", ""), number.group(2).isEmpty() ? 1 : 1_000)
                : OptionalLong.empty();
    }

    private static OptionalLong blocks(String digits, long unit) {
        long blocks = digits.isEmpty() ? 0 : unit * Long.parseLong(digits);
        return blocks > 0 ? OptionalLong.of(blocks) : OptionalLong.empty();
    }

    private static OptionalLong width(long from, long to) {
        return to >= from ? OptionalLong.of(to - from + 1) : OptionalLong.empty();
    }

    private static String message(JsonNode error) {
        // Some say "invalid params" and put what is wrong with them below data.
        String text = error.path("message").asText("") + " "
                + error.path("data").path("payload").asText("");
        // A message of a stranger's length is not searched to its end.
        return text.substring(0, Math.min(text.length(), 1_000)).toLowerCase(Locale.ROOT);
    }
}
