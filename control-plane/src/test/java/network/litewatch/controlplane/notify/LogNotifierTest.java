package network.litewatch.controlplane.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.alert.incident.Note;
import network.litewatch.controlplane.notify.Notifier.Delivery;
import network.litewatch.controlplane.notify.Notifier.Posted;
import org.junit.jupiter.api.Test;

class LogNotifierTest {
    private final LogNotifier log = new LogNotifier();
    private final IncidentMessage message =
            IncidentSamples.message(IncidentSamples.firing("rpc-b", "critical", IncidentSamples.T0), false);

    @Test
    void whatIsToldIsOutAtOnceUnderItsOwnName() {
        Posted posted = new Posted("log", message.incident().toString());

        assertThat(log.post(message)).isEqualTo(new Delivery.Delivered(posted));
        assertThat(log.update(posted, message)).isEqualTo(new Delivery.Delivered(posted));
        Note note = new Note(new UUID(0, 7), "it lasts", false, false);
        assertThat(log.reply(posted, note))
                .isEqualTo(new Delivery.Delivered(new Posted("log", note.id().toString())));
    }

    @Test
    void aDigestIsKnownByItsId() {
        UUID id = new UUID(0, 9);
        Digest digest = new Digest(IncidentSamples.T0, List.of(message), 1, 0);
        Posted posted = new Posted("log", id.toString());

        assertThat(log.post(id, digest)).isEqualTo(new Delivery.Delivered(posted));
        assertThat(log.update(posted, digest)).isEqualTo(new Delivery.Delivered(posted));
    }

    @Test
    void nothingThatWasLoggedIsFoundAgain() {
        Posted root = new Posted("log", "x");

        assertThat(log.find(message.incident(), IncidentSamples.T0).posted()).isEqualTo(Optional.empty());
        assertThat(log.findDigest(new UUID(0, 9), IncidentSamples.T0).posted()).isEmpty();
        assertThat(log.findReply(root, new UUID(0, 7)).posted()).isEmpty();
    }
}
