package network.litewatch.probe.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One event of a contract.
 *
 * @param name as in the contract
 * @param topic0 keccak of the canonical signature, 0x and 64 lower-case digits
 */
public record EventAbi(String name, List<Parameter> parameters, String topic0) {
    private static final Set<String> TYPES = Set.of(
            "uint8", "uint256", "address", "bool", "bytes32", "string", "bytes", "address[]", "bytes32[]", "uint256[]");
    private static final Pattern EVENT = Pattern.compile("([A-Za-z]\\w*)\\((.*)\\)");
    private static final Pattern PARAMETER = Pattern.compile("([a-z0-9\\[\\]]+)( indexed)? ([A-Za-z]\\w*)");

    public EventAbi {
        parameters = List.copyOf(parameters);
    }

    /** One argument: its Solidity type, and whether it is a topic. */
    public record Parameter(String name, String type, boolean indexed) {
        boolean isArray() {
            return type.endsWith("[]");
        }

        boolean isText() {
            return type.equals("string") || type.equals("bytes");
        }

        /** The type of an array's items; of anything else its own. */
        String itemType() {
            return isArray() ? type.substring(0, type.length() - 2) : type;
        }
    }

    /** Reads an event in Solidity's words; throws {@link IllegalArgumentException} for a line that is none. */
    static EventAbi parse(String line) {
        Matcher event = EVENT.matcher(line.strip());
        if (!event.matches()) {
            throw new IllegalArgumentException("no event: " + line);
        }
        List<Parameter> parameters = new ArrayList<>();
        Matcher all = Pattern.compile("[^,]+").matcher(event.group(2));
        while (all.find()) {
            Matcher one = PARAMETER.matcher(all.group().strip());
            if (!one.matches() || !TYPES.contains(one.group(1))) {
                throw new IllegalArgumentException("no parameter that we can read: " + all.group());
            }
            parameters.add(new Parameter(one.group(3), one.group(1), one.group(2) != null));
        }
        String signature =
                event.group(1) + parameters.stream().map(Parameter::type).collect(Collectors.joining(",", "(", ")"));
        return new EventAbi(event.group(1), parameters, Hex.keccak(signature));
    }

    int indexed() {
        return (int) parameters.stream().filter(Parameter::indexed).count();
    }
}
