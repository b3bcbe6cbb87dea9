package network.litewatch.probe.chain;

import java.util.List;
import java.util.Optional;

/**
 * A log with its meaning.
 *
 * @param contract name of the contract in the network's profile
 * @param name the event's name, or {@link #UNDECODABLE}
 * @param log where it stands; its data stays behind
 */
public record ChainEvent(String contract, String name, ChainLog log, List<EventArgument> arguments) {
    /** Name of a log whose topic is unknown in the network's ABI version, or whose data is not what its topic says. */
    public static final String UNDECODABLE = "undecodable";

    public ChainEvent {
        arguments = List.copyOf(arguments);
    }

    /** The single value of an argument; empty when there is none of that name. */
    public Optional<String> value(String argument) {
        return arguments.stream()
                .filter(a -> a.name().equals(argument) && !a.many())
                .findFirst()
                .map(a -> a.values().get(0));
    }
}
