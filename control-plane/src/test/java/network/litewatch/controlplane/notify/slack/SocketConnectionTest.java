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

class SocketConnectionTest {
    private final List<String> heard = new ArrayList<>();
    private final Wire wire = new Wire();
    private final SocketConnection connection = new SocketConnection(new ObjectMapper(), new Noting());

    @BeforeEach
    void open() {
        connection.onOpen(wire);
    }

    @Test
    void piecesOfAMessageAreOneMessage() {
        connection.onText(wire, "{\"type\":", false);
        connection.onText(wire, "\"hello\"}", true);

        assertThat(heard).containsExactly("greeted");
    }

    @Test
    void theNextMessageIsReadWhenTheAckOfTheLastIsWritten() {
        connection.onText(wire, "{\"type\":\"interactive\",\"envelope_id\":\"e\"}", true);
        assertThat(wire.wanted).isEqualTo(1);

        wire.sending.complete(wire);

        assertThat(wire.said).containsExactly("ack of interactive");
        assertThat(wire.wanted).isEqualTo(2);
    }

    @Test
    void aMessageBeyondTheCapEndsTheLineBeforeItIsThereWhole() {
        String piece = " ".repeat(1 << 18);
        for (int i = 0; i < 5; i++) {
            connection.onText(wire, piece, false);
        }

        assertThat(wire.aborted).isTrue();
        assertThat(heard).containsExactly("lost: a message of more than 1048576 characters came");
    }

    @Test
    void whatIsNoJsonIsPassedOver() {
        connection.onText(wire, "<html>", true);
        connection.onBinary(wire, ByteBuffer.allocate(1), true);

        assertThat(heard).isEmpty();
        assertThat(wire.wanted).isEqualTo(3);
    }

    @Test
    void aLineThatIsSilentForThreeBeatsIsDead() {
        connection.onText(wire, "{\"type\":\"hello\"}", true);
        assertThat(beats(3)).isTrue();
        assertThat(wire.pings).isEqualTo(3);

        connection.onPong(wire, ByteBuffer.allocate(0));
        assertThat(beats(3)).isTrue();
        connection.onPing(wire, ByteBuffer.allocate(0));
        assertThat(beats(3)).isTrue();

        assertThat(connection.beat()).isFalse();
        assertThat(connection.isSteady()).isTrue();
    }

    @Test
    void aLineThatIsNotGreetedWithinThreeBeatsIsDeadThoughItAnswers() {
        for (int i = 0; i < 3; i++) {
            assertThat(connection.beat()).isTrue();
            connection.onPong(wire, ByteBuffer.allocate(0));
        }

        assertThat(connection.beat()).isFalse();
        assertThat(connection.isSteady()).isFalse();
    }

    @Test
    void slacksLeaveAndEndAreHandedOnWithoutWhatItSaysOfThem() {
        connection.onText(wire, "{\"type\":\"disconnect\",\"reason\":\"warning\"}", true);
        connection.onClose(wire, 1001, "canary");
        connection.onError(wire, new java.io.IOException("wss://canary"));

        assertThat(heard)
                .containsExactly(
                        "leaving: warning",
                        "lost: Slack ended the socket with code 1001",
                        "lost: the socket broke: IOException");
    }

    @Test
    void aLineThatWasHungUpBeforeItOpenedDoesNotStayOpen() {
        SocketConnection late = new SocketConnection(new ObjectMapper(), new Noting());
        late.hangUp();

        late.onOpen(wire);

        assertThat(wire.aborted).isTrue();
    }

    @Test
    void whoHangsUpTakesLeave() {
        connection.hangUp();
        assertThat(wire.aborted).isFalse();

        wire.sending.complete(wire);

        assertThat(wire.said).containsExactly("close 1000");
        assertThat(wire.aborted).isTrue();
    }

    /** Whether the connection outlives so many beats. */
    private boolean beats(int many) {
        boolean alive = true;
        for (int i = 0; i < many; i++) {
            alive &= connection.beat();
        }
        return alive;
    }

    private final class Noting implements SocketConnection.Owner {
        @Override
        public void greeted(SocketConnection from) {
            heard.add("greeted");
        }

        @Override
        public Optional<String> told(JsonNode envelope) {
            return Optional.of("ack of " + envelope.path("type").asText());
        }

        @Override
        public void leaving(SocketConnection from, String reason) {
            heard.add("leaving: " + reason);
        }

        @Override
        public void lost(SocketConnection from, String why) {
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
