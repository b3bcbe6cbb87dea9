package network.litewatch.probe.chain;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The events of the network's contracts as of one time. Deployments differ, so a network's profile names its version;
 * nothing is published officially, these come from public code that works against some deployment.
 *
 * @param contracts events by contract name
 */
public record AbiVersion(String name, Map<String, List<EventAbi>> contracts) {
    private static final List<String> NAMES = List.of("2025-08", "2025-11");
    private static final Map<String, AbiVersion> ALL =
            NAMES.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), AbiVersion::load));

    public AbiVersion {
        contracts = Map.copyOf(contracts);
    }

    /** All versions, oldest first. */
    public static List<String> names() {
        return NAMES;
    }

    /** The version of that name. */
    public static Optional<AbiVersion> named(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** What a profile without a version gets. */
    public static AbiVersion newest() {
        return named(NAMES.get(NAMES.size() - 1)).orElseThrow();
    }

    /** Names of the contracts whose events are known in any version. */
    public static Set<String> knownContracts() {
        return ALL.values().stream()
                .flatMap(version -> version.contracts().keySet().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The events of a contract; none when this version does not know it. */
    public List<EventAbi> events(String contract) {
        return contracts.getOrDefault(contract, List.of());
    }

    private static AbiVersion load(String version) {
        try (InputStream resource = AbiVersion.class.getResourceAsStream("abi/" + version + ".txt")) {
            if (resource == null) {
                throw new IllegalStateException("the jar lacks abi/" + version + ".txt");
            }
            return parse(version, new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads {@code [Contract]} headings with one event a line below; {@code #} starts a comment. */
    static AbiVersion parse(String version, String text) {
        Map<String, List<EventAbi>> contracts = new LinkedHashMap<>();
        List<EventAbi> events = null;
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                events = contracts.computeIfAbsent(line.substring(1, line.length() - 1), name -> new ArrayList<>());
            } else if (events == null) {
                throw new IllegalArgumentException("an event before any contract: " + line);
            } else {
                events.add(EventAbi.parse(line));
            }
        }
        return new AbiVersion(version, contracts);
    }
}
