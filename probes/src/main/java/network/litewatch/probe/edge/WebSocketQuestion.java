package network.litewatch.probe.edge;

import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.http.AnswerPattern;
import network.litewatch.probe.http.TlsTrust;

/**
 * What the {@code websocket} probe says and wants to hear.
 *
 * @param send text to say once it is open
 * @param expect what the first message must show
 * @param listen whether a message must come at all; so it must when something is said or expected
 * @param maxBytes cap on the message
 */
record WebSocketQuestion(
        Map<String, String> headers,
        Optional<String> send,
        Optional<AnswerPattern> expect,
        boolean listen,
        int maxBytes,
        TlsTrust trust) {
    private static final int MAX_BYTES = 1 << 20;

    static WebSocketQuestion of(Parameters parameters) {
        Optional<String> send = parameters.optional("send", text -> text);
        Optional<AnswerPattern> expect = parameters.optional("expect", HttpQuestion::pattern);
        return new WebSocketQuestion(
                HttpQuestion.headers(parameters),
                send,
                expect,
                parameters.flag("listen", send.isPresent()) || expect.isPresent(),
                parameters.number("max_bytes", 1, MAX_BYTES).orElse(MAX_BYTES),
                HttpQuestion.trust(parameters));
    }
}
