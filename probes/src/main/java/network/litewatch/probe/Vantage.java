package network.litewatch.probe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Where the asking was done: the name of this control plane node or of an agent. */
public record Vantage(@JsonValue String value) {
    @JsonCreator
    public Vantage {
        Names.require("vantage", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
