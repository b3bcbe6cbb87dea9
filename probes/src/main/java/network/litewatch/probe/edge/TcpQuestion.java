package network.litewatch.probe.edge;

import java.util.Optional;
import network.litewatch.probe.http.AnswerPattern;

/**
 * What the {@code tcp} probe says and wants to hear.
 *
 * @param send text to say once connected
 * @param expect what must be heard, within {@link AnswerPattern#MAX_CHARS} characters
 */
record TcpQuestion(Optional<String> send, Optional<AnswerPattern> expect) {
    TcpQuestion(Parameters parameters) {
        this(parameters.optional("send", text -> text), parameters.optional("expect", HttpQuestion::pattern));
    }
}
