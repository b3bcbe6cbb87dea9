package network.litewatch.controlplane.notify.slack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketLineTest {
    private final List<String> heard = new ArrayList<>();
    private final Wire wire = new Wire();
    private final SocketLine line = new SocketLine(new ObjectMapper(), new Noting());

    @BeforeEach
    void open() {
        line.onOpen(wire);
    }

    @Test
    void piecesOfAMessageAreOneMessage() {
        line.onText(wire, "{\"type\":", false);
        line.onText(wire, "\"hello\"}", true);

        assertThat(heard).containsExactly("greeted");
    }

    @Test
    void theNextMessageIsReadWhenTheAckOfTheLastIsWritten() {
        line.onText(wire, "{\"type\":\"interactive\",\"envelope_id\":\"e\"}", true);
        assertThat(wire.wanted).isEqualTo(1);

        wire.sending.complete(wire);

        assertThat(wire.said).containsExactly("ack of interactive");
        assertThat(wire.wanted).isEqualTo(2);
    }

    @Test
    void aMessageBeyondTheCapEndsTheLineBeforeItIsThereWhole() {
        String piece = " ".repeat(1 << 18);
        for (int i = 0; i < 5; i++) {
            line.onText(wire, piece, false);
        }

        assertThat(wire.aborted).isTrue();
        assertThat(heard).containsExactly("lost: a message of more than 1048576 characters came");
    }

    @Test
    void whatIsNoJsonIsPassedOver() {
        line.onText(wire, "<html>", true);
        line.onBinary(wire, ByteBuffer.allocate(1), true);

        assertThat(heard).isEmpty();
        assertThat(wire.wanted).isEqualTo(3);
    }

    @Test
    void aLineThatIsSilentForThreeBeatsIsDead() {
        line.onText(wire, "{\"type\":\"hello\"}", true);
        assertThat(beats(3)).isTrue();
        assertThat(wire.pings).isEqualTo(3);

        line.onPong(wire, ByteBuffer.allocate(0));
        assertThat(beats(3)).isTrue();
        line.onPing(wire, ByteBuffer.allocate(0));
        assertThat(beats(3)).isTrue();

        assertThat(line.beat()).isFalse();
        assertThat(line.isSteady()).isTrue();
    }

    @Test
    void aLineThatIsNotGreetedWithinThreeBeatsIsDeadThoughItAnswers() {
        for (int i = 0; i < 3; i++) {
            assertThat(line.beat()).isTrue();
            line.onPong(wire, ByteBuffer.allocate(0));
        }

        assertThat(line.beat()).isFalse();
        assertThat(line.isSteady()).isFalse();
    }

    @Test
    void slacksLeaveAndEndAreHandedOnWithoutWhatItSaysOfThem() {
        line.onText(wire, "{\"type\":\"disconnect\",\"reason\":\"warning\"}", true);
        line.onClose(wire, 1001, "canary");
        line.onError(wire, new java.io.IOException("wss://canary"));

        assertThat(heard)
                .containsExactly(
                        "leaving: warning",
                        "lost: Slack ended the socket with code 1001",
                        "lost: the socket broke: IOException");
    }

    @Test
    void aLineThatWasHungUpBeforeItOpenedDoesNotStayOpen() {
        SocketLine late = new SocketLine(new ObjectMapper(), new Noting());
        late.hangUp();

        late.onOpen(wire);

        assertThat(wire.aborted).isTrue();
    }

    @Test
    void whoHangsUpTakesLeave() {
        line.hangUp();
        assertThat(wire.aborted).isFalse();

        wire.sending.complete(wire);

        assertThat(wire.said).containsExactly("close 1000");
        assertThat(wire.aborted).isTrue();
    }

    /** Whether the line outlives so many beats. */
    private boolean beats(int many) {
        boolean alive = true;
        for (int i = 0; i < many; i++) {
            alive &= line.beat();
        }
        return alive;
    }

    private final class Noting implements SocketLine.Owner {
        @Override
        public void greeted(SocketLine from) {
            heard.add("greeted");
        }

        @Override
        public Optional<String> told(JsonNode envelope) {
            return Optional.of("ack of " + envelope.path("type").asText());
        }

        @Override
        public void leaving(SocketLine from, String reason) {
            heard.add("leaving: " + reason);
        }

        @Override
        public void lost(SocketLine from, String why) {
            heard.add("lost: " + why);
        }
    }

    /** A WebSocket that notes what is done with it, and has sent when it is told so. */
    private static final class Wire implements WebSocket {
        private final List<String> said = new ArrayList<>();
        private final CompletableFuture<WebSocket> sending = new CompletableFuture<>();
        private long wanted;
        private int pings;
        private boolean aborted;

        @Override
        public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
            said.add(data.toString());
            return sending;
        }

        @Override
        public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
            return sending;
        }

        @Override
        public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
            pings++;
            return sending;
        }

        @Override
        public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
            return sending;
        }

        @Override
        public CompletableFuture<WebSocket> sendClose(int statusCode, String reason) {
            said.add("close " + statusCode);
            return sending;
        }

        @Override
        public void request(long n) {
            wanted += n;
        }

        @Override
        public String getSubprotocol() {
            return "";
        }

        @Override
        public boolean isOutputClosed() {
            return false;
        }

        @Override
        public boolean isInputClosed() {
            return false;
        }

        @Override
        public void abort() {
            aborted = true;
        }
    }
}
