package network.litewatch.probe.edge;

import static network.litewatch.probe.edge.EdgeTargets.LONG;
import static network.litewatch.probe.edge.EdgeTargets.target;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedSockets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

@Timeout(300)
final class DnsProbeIT {
    private final GuardedSockets sockets = new GuardedSockets(EdgeTargets.LOOPBACK_ALLOWED, System::nanoTime, 2);
    private final DnsProbe probe = new DnsProbe(sockets);

    @AfterEach
    void close() {
        sockets.close();
    }

    @Test
    void asksForARecord() throws Exception {
        try (NameServer server =
                new NameServer((query, tcp) -> List.of(a(query, "192.0.2.7").toWire()))) {
            Finding finding = ask(server, "expect", "^192\\.0\\.2\\.\\d+$");

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.measurements())
                    .containsEntry(Measurement.DNS_RCODE, 0.0)
                    .containsEntry(Measurement.DNS_ANSWERS, 1.0)
                    .containsEntry(Measurement.DNS_AUTHORITY, 0.0)
                    .containsEntry(Measurement.DNS_ADDITIONAL, 0.0);
            assertThat(finding.phases()).containsOnlyKeys(Phase.RESOLVE, Phase.PROCESSING);
            assertThat(finding.evidence()).containsEntry("answer", "192.0.2.7");
            assertThat(server.asked()).containsExactly("udp");
        }
    }

    @Test
    void asksAgainByTcpWhenTheAnswerWasCutShort() throws Exception {
        try (NameServer server = new NameServer((query, tcp) -> {
            Message answer = tcp ? a(query, "192.0.2.8") : answer(query);
            if (!tcp) {
                answer.getHeader().setFlag(Flags.TC);
            }
            return List.of(answer.toWire());
        })) {
            Finding finding = ask(server, "expect", "192.0.2.8");

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.phases()).containsKeys(Phase.CONNECT, Phase.PROCESSING, Phase.TRANSFER);
            assertThat(finding.phases().values()).noneMatch(Duration::isNegative);
            assertThat(server.asked()).containsExactly("udp", "tcp");
        }
    }

    @Test
    void asksByTcpAloneWhenToldTo() throws Exception {
        try (NameServer server =
                new NameServer((query, tcp) -> List.of(a(query, "192.0.2.8").toWire()))) {
            assertThat(ask(server, "tcp", "true").outcome()).isEqualTo(Outcome.ok());
            assertThat(server.asked()).containsExactly("tcp");
        }
    }

    @Test
    void asksForOtherTypes() throws Exception {
        try (NameServer server = new NameServer((query, tcp) -> {
            Message answer = answer(query);
            answer.addRecord(
                    new TXTRecord(query.getQuestion().getName(), DClass.IN, 60, "v=spf1 -all"), Section.ANSWER);
            return List.of(answer.toWire());
        })) {
            assertThat(ask(server, "type", "TXT", "expect", "spf1").outcome()).isEqualTo(Outcome.ok());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NOERROR,  NOERROR,  EMPTY_ANSWER",
        "NXDOMAIN, NOERROR,  WRONG_ANSWER",
        "NXDOMAIN, NXDOMAIN, NONE",
        "SERVFAIL, NOERROR,  WRONG_ANSWER"
    })
    void judgesTheCode(String sent, String wanted, Reason reason) throws Exception {
        try (NameServer server = new NameServer((query, tcp) -> {
            Message answer = answer(query);
            answer.getHeader().setRcode(Rcode.value(sent));
            return List.of(answer.toWire());
        })) {
            Finding finding = ask(server, "rcode", wanted);

            assertThat(finding.outcome().reason()).isEqualTo(reason);
            assertThat(finding.measurements()).containsEntry(Measurement.DNS_RCODE, (double) Rcode.value(sent));
        }
    }

    @Test
    void anotherRecordIsAWrongAnswer() throws Exception {
        try (NameServer server =
                new NameServer((query, tcp) -> List.of(a(query, "198.51.100.1").toWire()))) {
            assertThat(ask(server, "expect", "^192\\.").outcome().reason()).isEqualTo(Reason.WRONG_ANSWER);
            assertThat(ask(server, "min_answers", "2").outcome().reason()).isEqualTo(Reason.WRONG_ANSWER);
        }
    }

    @Test
    void whatSomebodyElseSendsFirstIsPassedOver() throws Exception {
        try (NameServer server = new NameServer((query, tcp) -> {
            Message otherId = a(query, "203.0.113.1");
            otherId.getHeader().setID((query.getHeader().getID() + 1) & 0xffff);
            Message otherQuestion =
                    Message.newQuery(Record.newRecord(Name.fromString("evil.example."), Type.A, DClass.IN));
            otherQuestion.getHeader().setID(query.getHeader().getID());
            otherQuestion.getHeader().setFlag(Flags.QR);
            return List.of(
                    new byte[] {1, 2, 3},
                    query.toWire(),
                    otherId.toWire(),
                    otherQuestion.toWire(),
                    a(query, "192.0.2.7").toWire());
        })) {
            Finding finding = ask(server);

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.evidence()).containsEntry("answer", "192.0.2.7");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNoDnsIsAProtocolError(boolean tcp) throws Exception {
        byte[] noise = new byte[200];
        Arrays.fill(noise, (byte) 0xc0);
        List<byte[]> flood = Collections.nCopies(40, noise);
        try (NameServer server = new NameServer((query, byTcp) -> flood)) {
            assertThat(ask(server, "tcp", Boolean.toString(tcp)).outcome().reason())
                    .isEqualTo(Reason.PROTOCOL_ERROR);
        }
    }

    @Test
    void aPortThatNobodyListensOnIsRefused() throws Exception {
        int port;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Finding finding =
                EdgeTargets.run(probe, target(EdgeKind.DNS, "dns://127.0.0.1:" + port, "name", "router.example"), LONG);

        assertThat(finding.outcome().reason()).isEqualTo(Reason.CONNECTION_REFUSED);
    }

    @Test
    void silenceEndsAtTheDeadline() throws Exception {
        try (NameServer server = new NameServer((query, tcp) -> List.of())) {
            Finding finding = EdgeTargets.run(
                    probe, target(EdgeKind.DNS, server.url(), "name", "router.example"), Duration.ofMillis(300));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(server.asked()).containsExactly("udp");
        }
    }

    @Test
    void aForbiddenServerIsNotAsked() throws Exception {
        try (NameServer server = new NameServer(
                        (query, tcp) -> List.of(a(query, "192.0.2.7").toWire()));
                GuardedSockets strict = new GuardedSockets(EgressPolicy.publicOnly(), System::nanoTime, 1)) {
            Finding finding = EdgeTargets.run(
                    new DnsProbe(strict), target(EdgeKind.DNS, server.url(), "name", "router.example"), LONG);

            assertThat(finding.outcome().reason()).isEqualTo(Reason.EGRESS_DENIED);
            assertThat(server.asked()).isEmpty();
        }
    }

    private Finding ask(NameServer server, String... parameters) throws Exception {
        String[] all = Arrays.copyOf(parameters, parameters.length + 2);
        all[parameters.length] = "name";
        all[parameters.length + 1] = "router.example";
        return EdgeTargets.run(probe, target(EdgeKind.DNS, server.url(), all), LONG);
    }

    private static Message answer(Message query) {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        return answer;
    }

    private static Message a(Message query, String address) throws IOException {
        Message answer = answer(query);
        answer.addRecord(
                Record.fromString(
                        query.getQuestion().getName(),
                        Type.A,
                        DClass.IN,
                        60,
                        address,
                        query.getQuestion().getName()),
                Section.ANSWER);
        return answer;
    }
}
