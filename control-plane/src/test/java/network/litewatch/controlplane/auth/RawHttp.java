package network.litewatch.controlplane.auth;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** HTTP over a bare socket: clients tidy up paths and headers, attackers do not. */
public record RawHttp(int port) {
    private static final int TIMEOUT_MILLIS = 10_000;

    /** Status, headers and body, as they came. */
    public record Answer(int status, String head, String body) {}

    public Answer get(String target, String... headers) throws IOException {
        return send("GET", target, headers);
    }

    /** Sends {@code target} as it stands; a Host header is added unless there is one among {@code headers}. */
    public Answer send(String method, String target, String... headers) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(method + " " + target + " HTTP/1.1");
        if (List.of(headers).stream().noneMatch(header -> header.startsWith("Host:"))) {
            lines.add("Host: 127.0.0.1:" + port);
        }
        lines.addAll(List.of(headers));
        lines.add("Connection: close");
        if (method.equals("POST")) {
            lines.add("Content-Length: 0");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return parse(socket.getInputStream());
        }
    }

    private static Answer parse(InputStream in) throws IOException {
        String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        int end = all.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no HTTP answer: \"" + all + "\"");
        }
        return new Answer(Integer.parseInt(all.substring(9, 12)), all.substring(0, end), all.substring(end + 4));
    }
}
