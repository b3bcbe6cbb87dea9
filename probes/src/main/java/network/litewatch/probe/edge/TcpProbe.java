package network.litewatch.probe.edge;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
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

    private static CompletableFuture<Finding> talk(Line line, TcpQuestion question) {
        // Without something to say, the wait for a greeting begins at once.
        byte[] said = question.send().orElse("").getBytes(StandardCharsets.UTF_8);
        CompletableFuture<Line> asked = line.connect().thenCompose(connected -> connected.send(said));
        return question.expect()
                .map(wanted -> asked.thenCompose(sent -> listen(sent, wanted, new ByteArrayOutputStream(), 0))
                        .thenApply(answer -> finding(line, wanted, answer)))
                .orElseGet(
                        () -> asked.thenApply(sent -> new Finding(Outcome.ok(), connected(sent), Map.of(), Map.of())));
    }

    private static Finding finding(Line line, AnswerPattern wanted, String answer) {
        Outcome outcome = answer.isEmpty()
                ? Outcome.failed(Reason.EMPTY_ANSWER, "the connection was closed without an answer")
                : HttpProbe.expectation(wanted, answer);
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
    private static CompletableFuture<String> listen(
            Line line, AnswerPattern wanted, ByteArrayOutputStream heard, int looks) {
        return line.read().thenCompose(read -> {
            byte[] bytes = read.orElse(new byte[0]);
            heard.write(bytes, 0, Math.min(bytes.length, MAX_BYTES - heard.size()));
            boolean over = read.isEmpty()
                    || heard.size() >= MAX_BYTES
                    || (looks < MAX_EARLY_LOOKS && wanted.isMetBy(text(heard)).orElse(false));
            return over ? CompletableFuture.completedFuture(text(heard)) : listen(line, wanted, heard, looks + 1);
        });
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
