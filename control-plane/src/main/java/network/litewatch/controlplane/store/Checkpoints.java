package network.litewatch.controlplane.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import network.litewatch.controlplane.assess.SeriesState;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Detector states, written with the batch that changed them and read once at start. */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final ObjectMapper json;

    public Checkpoints(ObjectMapper json) {
        this.json = json;
    }

    /** Stores {@code states} in the transaction of {@code handle}. */
    public void save(Handle handle, Collection<SeriesState> states) {
        if (states.isEmpty()) {
            return;
        }
        // One statement for all: a batch of rows costs the server a round of parsing and planning each.
        handle.createUpdate("""
                        INSERT INTO detector_checkpoint (probe, target, vantage, state, at)
                        SELECT * FROM unnest(:probes, :targets, :vantages, :states::jsonb[], :ats::timestamptz[])
                        ON CONFLICT (probe, target, vantage) DO UPDATE SET state = excluded.state, at = excluded.at
                        """)
                .bindArray(
                        "probes",
                        String.class,
                        texts(states, state -> state.key().probe().value()))
                .bindArray(
                        "targets",
                        String.class,
                        texts(states, state -> state.key().target().value()))
                .bindArray(
                        "vantages",
                        String.class,
                        texts(states, state -> state.key().vantage().value()))
                .bindArray("states", String.class, texts(states, this::write))
                .bindArray(
                        "ats",
                        String.class,
                        texts(states, state -> state.lastSlot().toString()))
                .execute();
    }

    private static List<String> texts(Collection<SeriesState> states, Function<SeriesState, String> text) {
        return states.stream().map(text).toList();
    }

    /** All stored states. One that this version cannot read is left out and logged: its series starts anew. */
    public List<SeriesState> load(Jdbi jdbi) {
        return jdbi
                .withHandle(handle -> handle.createQuery("SELECT state::text FROM detector_checkpoint")
                        .mapTo(String.class)
                        .list())
                .stream()
                .flatMap(text -> {
                    try {
                        return java.util.stream.Stream.of(json.readValue(text, SeriesState.class));
                    } catch (JsonProcessingException e) {
                        LOG.warn("checkpoint of another version left out: {}", e.getOriginalMessage());
                        return java.util.stream.Stream.empty();
                    }
                })
                .toList();
    }

    private String write(SeriesState state) {
        try {
            return json.writeValueAsString(state);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a state of our own cannot be written", e);
        }
    }
}
