package network.litewatch.probe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Name of a network profile, for example {@code lab} or {@code mainnet-lite}. */
public record NetworkId(@JsonValue String value) {
    @JsonCreator
    public NetworkId {
        Names.require("network id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
