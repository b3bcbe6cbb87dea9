package network.litewatch.probe.chain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decodes the logs of one network's contracts. Never throws, whatever a log holds. Immutable.
 *
 * <p>Of a text or of bytes it keeps length and keccak only: task data, results and references can be people's prompts.
 */
public final class ChainEvents {
    private final Map<String, String> contractByAddress = new HashMap<>();
    private final Map<String, Map<String, EventAbi>> byContract = new HashMap<>();

    /** For the contracts of {@code addresses} (by name) that {@code abi} knows; the others have no events for us. */
    public ChainEvents(AbiVersion abi, Map<String, String> addresses) {
        addresses.forEach((contract, address) -> {
            List<EventAbi> events = abi.events(contract);
            if (!events.isEmpty()) {
                contractByAddress.put(Hex.lower(address), contract);
                Map<String, EventAbi> byTopic = new HashMap<>();
                events.forEach(event -> byTopic.put(event.topic0(), event));
                byContract.put(contract, byTopic);
            }
        });
    }

    /** Whether {@code text} is an address: 0x and 40 hex digits. */
    public static boolean isAddress(String text) {
        return Hex.isAddress(text);
    }

    /** The addresses to ask logs of, lower case, in order; empty when there is nothing to index. */
    public Set<String> addresses() {
        return new TreeSet<>(contractByAddress.keySet());
    }

    /** What {@code log} says. */
    public ChainEvent decode(ChainLog log) {
        String contract = contractByAddress.getOrDefault(log.address(), "unknown");
        EventAbi event = log.topics().isEmpty()
                ? null
                : byContract.getOrDefault(contract, Map.of()).get(log.topics().get(0));
        return Optional.ofNullable(event)
                .flatMap(abi -> arguments(abi, log).map(args -> new ChainEvent(contract, abi.name(), log, args)))
                .orElseGet(() -> undecodable(contract, log));
    }

    private static Optional<List<EventArgument>> arguments(EventAbi event, ChainLog log) {
        if (log.topics().size() != event.indexed() + 1) {
            return Optional.empty();
        }
        AbiData data = new AbiData(Hex.bytes(log.data()));
        List<EventArgument> arguments = new ArrayList<>();
        int topic = 1;
        int position = 0;
        for (EventAbi.Parameter parameter : event.parameters()) {
            Optional<List<EventArgument>> read = parameter.indexed()
                    ? topic(parameter, Hex.bytes(log.topics().get(topic++)))
                    : data.read(position++, parameter);
            if (read.isEmpty()) {
                return Optional.empty();
            }
            arguments.addAll(read.get());
        }
        return Optional.of(arguments);
    }

    /** A topic holds a short value as it is, and of anything longer the keccak. */
    private static Optional<List<EventArgument>> topic(EventAbi.Parameter parameter, byte[] word) {
        if (parameter.isArray() || parameter.isText()) {
            return Optional.of(List.of(EventArgument.of(parameter.name() + "_keccak", Hex.text(word))));
        }
        return AbiData.value(parameter.type(), word).map(v -> List.of(EventArgument.of(parameter.name(), v)));
    }

    private static ChainEvent undecodable(String contract, ChainLog log) {
        List<EventArgument> arguments = new ArrayList<>();
        if (!log.topics().isEmpty()) {
            arguments.add(EventArgument.of("topic", log.topics().get(0)));
        }
        arguments.add(
                EventArgument.of("data_length", Integer.toString(log.data().length() / 2 - 1)));
        return new ChainEvent(contract, ChainEvent.UNDECODABLE, log, arguments);
    }
}
