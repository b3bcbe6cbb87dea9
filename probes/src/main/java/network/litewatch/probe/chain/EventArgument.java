package network.litewatch.probe.chain;

import java.util.List;

/**
 * One argument of an event, as text: numbers decimal, everything else 0x and lower-case hex.
 *
 * @param values one value, unless {@code many}: then an array's first items, perhaps none
 */
public record EventArgument(String name, List<String> values, boolean many) {
    public EventArgument {
        values = List.copyOf(values);
    }

    static EventArgument of(String name, String value) {
        return new EventArgument(name, List.of(value), false);
    }

    /** What is kept of a text: how long it was, and its keccak, which the same text elsewhere has too. */
    static List<EventArgument> digest(String name, byte[] text) {
        return List.of(
                of(name + "_length", Integer.toString(text.length)), of(name + "_keccak", Hex.text(Hex.keccak(text))));
    }
}
