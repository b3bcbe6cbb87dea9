package network.litewatch.probe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Stable name of a target, unique over all networks: the key of every series, alert and drill about it. */
public record TargetId(@JsonValue String value) {
    @JsonCreator
    public TargetId {
        Names.require("target id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
