package network.litewatch.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of a request matters here.
 *
 * @param path without its slash; empty when there is none
 * @param ids those of the JSON-RPC calls in the body, in order
 */
record Asked(String path, List<Long> ids) {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: *(\\d{1,6})\r\n");
    private static final Pattern ID = Pattern.compile("\"id\" *: *(\\d{1,15})");

    /** Reads a whole request: a body that is left unread would reset the connection when that closes. */
    static Asked read(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                return new Asked("", List.of());
            }
            head.append((char) c);
        }
        Matcher length = LENGTH.matcher(head);
        byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        List<Long> ids = ID.matcher(new String(body, UTF_8))
                .results()
                .map(id -> Long.valueOf(id.group(1)))
                .toList();
        int from = head.indexOf("/");
        int to = head.indexOf(" ", from);
        return new Asked(from < 0 || to < 0 ? "" : head.substring(from + 1, to), ids);
    }
}
