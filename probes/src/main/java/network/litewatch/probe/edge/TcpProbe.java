package network.litewatch.probe.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.AnswerPattern;
import network.litewatch.probe.http.Dial;
import network.litewatch.probe.http.GuardedSockets;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.Line;
import network.litewatch.probe.http.TlsTrust;
import network.litewatch.probe.http.UntrustedText;

/** Connects to a port; says something and waits for an answer, if it is told to. See {@link TcpQuestion}. */
public final class TcpProbe extends EdgeProbe<TcpQuestion> {
    private static final int MAX_BYTES = AnswerPattern.MAX_CHARS;
    // Matching may take a millisecond: a server that dribbles single bytes must not make it take thousands.
    private static final int MAX_EARLY_LOOKS = 64;

    private final GuardedSockets sockets;

    public TcpProbe(GuardedSockets sockets) {
        super(EdgeKind.TCP, TcpQuestion::new);
        this.sockets = sockets;
    }

    @Override
    CompletableFuture<Finding> ask(Target target, TcpQuestion question, Duration timeout) {
        Dial dial = new Dial(target.url(), timeout, MAX_BYTES, TlsTrust.system());
        return sockets.converse(dial, line -> talk(line, question), TcpProbe::failed);
    }

    /** The finding of a conversation that did not come to its end. */
    static Finding failed(HttpFailure failure) {
        return new Finding(failure.outcome(), failure.trace().phases(), Map.of(), Map.of());
    }

    private static Finding talk(Line line, TcpQuestion question) throws IOException {
        line.connect();
        // Without something to say, the wait for a greeting begins at once.
        line.send(question.send().orElse("").getBytes(StandardCharsets.UTF_8));
        Optional<AnswerPattern> wanted = question.expect();
        if (wanted.isEmpty()) {
            return new Finding(Outcome.ok(), connected(line), Map.of(), Map.of());
        }
        String answer = listen(line, wanted.get());
        Outcome outcome = answer.isEmpty()
                ? Outcome.failed(Reason.EMPTY_ANSWER, "the connection was closed without an answer")
                : HttpProbe.expectation(wanted.get(), answer);
        Map<String, String> evidence = outcome.isOk() ? Map.of() : Map.of("answer", UntrustedText.clean(answer, 200));
        return new Finding(outcome, line.trace().phases(), Map.of(), evidence);
    }

    /** Nobody waited for an answer, so that stretch did not happen. */
    private static Map<Phase, Duration> connected(Line line) {
        Map<Phase, Duration> phases = new EnumMap<>(line.trace().phases());
        phases.remove(Phase.PROCESSING);
        return phases;
    }

    /** Reads until the pattern is found, the other side has ended, or enough has come. */
    private static String listen(Line line, AnswerPattern wanted) throws IOException {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        byte[] buffer = new byte[MAX_BYTES];
        for (int looks = 0; heard.size() < MAX_BYTES; looks++) {
            int read = line.read(buffer);
            if (read < 0) {
                break;
            }
            heard.write(buffer, 0, Math.min(read, MAX_BYTES - heard.size()));
            if (looks < MAX_EARLY_LOOKS && wanted.isMetBy(text(heard)).orElse(false)) {
                break;
            }
        }
        return text(heard);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
