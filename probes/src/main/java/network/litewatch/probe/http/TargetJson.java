package network.litewatch.probe.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads and writes JSON of strangers.
 *
 * <p>Jackson's own limits are for friends: nesting 1,000, strings of 20 million characters, documents without end. A
 * probe needs far less, and a fuzzer overflows a stack with what it does not need. What two readers may read as two things is none:
 * a name that comes twice in an object, a byte order mark, an unpaired surrogate, another encoding than UTF-8 (RFC 8259, RFC 7493).
 */
public final class TargetJson {
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(64)
            .maxStringLength(1 << 20)
            .maxNumberLength(100)
            .maxNameLength(256)
            .maxDocumentLength(8L << 20)
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(LIMITS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    // One that stands alone, or an escape that may.
    private static final Pattern SURROGATE = Pattern.compile("[\\uD800-\\uDFFF]|\\\\u[dD]");

    private TargetJson() {}

    /** One JSON value in UTF-8 within the limits; empty for anything else, nothing at all included. */
    public static Optional<JsonNode> parse(byte[] bytes) {
        try {
            // Jackson would guess UTF-16 and UTF-32, skip a byte order mark, and read surrogates written in UTF-8.
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    /** As {@link #parse(byte[])}, of text that has been decoded already. */
    public static Optional<JsonNode> parse(String text) {
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            return Optional.empty();
        }
        try {
            JsonNode node = MAPPER.readTree(text);
            boolean sound = !node.isMissingNode() && (!SURROGATE.matcher(text).find() || isWellFormed(node));
            return sound ? Optional.of(node) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    /** The mapper with the limits, for binding trees to a library's classes. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** Whether every string and name is one that UTF-8 can write; the depth is bounded by the limits. */
    private static boolean isWellFormed(JsonNode node) {
        if (node.isTextual()) {
            return isWellFormed(node.textValue());
        }
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            if (!isWellFormed(property.getKey()) || !isWellFormed(property.getValue())) {
                return false;
            }
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                if (!isWellFormed(element)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isWellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
