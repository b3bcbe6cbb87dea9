package network.litewatch.probe.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.AnswerPattern;
import network.litewatch.probe.http.Dial;
import network.litewatch.probe.http.GuardedSockets;
import network.litewatch.probe.http.Line;
import network.litewatch.probe.http.TlsTrust;
import network.litewatch.probe.http.UntrustedText;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Asks a name server one question, by UDP, and again by TCP when the answer says that it was cut short. See
 * {@link DnsQuestion}.
 *
 * <p>dnsjava writes and reads the messages; the sockets, and with them the addresses that are dialled, are ours.
 */
public final class DnsProbe extends EdgeProbe<DnsQuestion> {
    private static final int MAX_BYTES = 65_535 + 2;

    private final GuardedSockets sockets;

    public DnsProbe(GuardedSockets sockets) {
        super(EdgeKind.DNS, DnsQuestion::new);
        this.sockets = sockets;
    }

    @Override
    CompletableFuture<Finding> ask(Target target, DnsQuestion question, Duration timeout) {
        Record record = question.record().orElseThrow(() -> new IllegalStateException("checked when it was read"));
        Dial dial = new Dial(target.url(), timeout, MAX_BYTES, TlsTrust.system());
        return sockets.converse(dial, line -> talk(line, question, Message.newQuery(record)), TcpProbe::failed);
    }

    private static CompletableFuture<Finding> talk(Line line, DnsQuestion question, Message query) {
        CompletableFuture<Optional<Message>> answer = question.tcp()
                ? byTcp(line, query)
                : byUdp(line, query)
                        .thenCompose(first ->
                                isCutShort(first) ? byTcp(line, query) : CompletableFuture.completedFuture(first));
        return answer.thenApply(message -> finding(line, question, message));
    }

    private static boolean isCutShort(Optional<Message> answer) {
        return answer.map(message -> message.getHeader().getFlag(Flags.TC)).orElse(false);
    }

    private static Finding finding(Line line, DnsQuestion question, Optional<Message> answer) {
        if (answer.isEmpty()) {
            return new Finding(
                    Outcome.failed(Reason.PROTOCOL_ERROR, "what came is no answer to the question"),
                    line.trace().phases(),
                    Map.of(),
                    Map.of());
        }
        return finding(question, answer.get(), line);
    }

    private static CompletableFuture<Optional<Message>> byUdp(Line line, Message query) {
        return line.ask(query.toWire(), datagram -> parse(datagram, query).isPresent())
                .thenApply(answer -> answer.flatMap(datagram -> parse(datagram, query)));
    }

    private static CompletableFuture<Optional<Message>> byTcp(Line line, Message query) {
        byte[] message = query.toWire();
        byte[] framed = new byte[message.length + 2];
        framed[0] = (byte) (message.length >> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        return line.connect()
                .thenCompose(connected -> connected.send(framed))
                .thenCompose(sent -> sent.readFully(2))
                .thenCompose(length -> line.readFully((length[0] & 0xff) << 8 | (length[1] & 0xff)))
                .thenApply(answer -> parse(answer, query));
    }

    /** The answer to {@code query} in {@code bytes}; empty for whatever else somebody may send. */
    private static Optional<Message> parse(byte[] bytes, Message query) {
        try {
            Message message = new Message(bytes);
            Header header = message.getHeader();
            boolean answers = header.getID() == query.getHeader().getID()
                    && header.getFlag(Flags.QR)
                    && query.getQuestion().equals(message.getQuestion());
            return answers ? Optional.of(message) : Optional.empty();
        } catch (IOException | RuntimeException notDns) {
            // dnsjava checks most of a stranger's bytes, and throws what it likes on the rest.
            return Optional.empty();
        }
    }

    private static Finding finding(DnsQuestion question, Message answer, Line line) {
        List<Record> records = answer.getSection(Section.ANSWER);
        List<String> data = records.stream()
                .filter(record -> record.getType() == answer.getQuestion().getType())
                .map(DnsProbe::text)
                .toList();
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        measurements.put(Measurement.DNS_RCODE, (double) answer.getRcode());
        measurements.put(Measurement.DNS_ANSWERS, (double) records.size());
        measurements.put(Measurement.DNS_AUTHORITY, (double)
                answer.getSection(Section.AUTHORITY).size());
        measurements.put(Measurement.DNS_ADDITIONAL, (double)
                answer.getSection(Section.ADDITIONAL).size());
        Map<String, String> evidence =
                data.isEmpty() ? Map.of() : Map.of("answer", UntrustedText.clean(String.join(" ", data), 200));
        return new Finding(
                judge(question, answer.getRcode(), data), line.trace().phases(), measurements, evidence);
    }

    private static String text(Record record) {
        try {
            return UntrustedText.clean(record.rdataToString(), AnswerPattern.MAX_CHARS);
        } catch (RuntimeException odd) {
            // A record that can be read need not be one that can be written.
            return "";
        }
    }

    private static Outcome judge(DnsQuestion question, int rcode, List<String> data) {
        if (rcode != question.rcode()) {
            return Outcome.failed(
                    Reason.WRONG_ANSWER, "answered " + Rcode.string(rcode) + ", not " + Rcode.string(question.rcode()));
        }
        if (data.size() < question.needed()) {
            return Outcome.failed(
                    data.isEmpty() ? Reason.EMPTY_ANSWER : Reason.WRONG_ANSWER,
                    data.size() + " records of the asked type, not " + question.needed());
        }
        Optional<AnswerPattern> wanted = question.expect();
        boolean met = wanted.isEmpty()
                || data.stream()
                        .limit(100)
                        .anyMatch(text -> wanted.get().isMetBy(text).orElse(false));
        return met ? Outcome.ok() : Outcome.failed(Reason.WRONG_ANSWER, "no record is what is expected");
    }
}
