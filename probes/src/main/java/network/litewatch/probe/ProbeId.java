package network.litewatch.probe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Name of a kind of question, for example {@code rpc.head}. */
public record ProbeId(@JsonValue String value) {
    @JsonCreator
    public ProbeId {
        Names.require("probe id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
