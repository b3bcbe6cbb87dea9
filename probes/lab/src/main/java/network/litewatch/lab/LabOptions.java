package network.litewatch.lab;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import network.litewatch.lab.evm.Accounts;
import org.jspecify.annotations.Nullable;

/**
 * How a lab is started.
 *
 * @param home a folder for logs, caches and lab.json; made when missing
 * @param npm the folder with the npm parts' {@code package.json} and {@code node_modules}
 * @param freePorts whether to listen on free ports and not on the well-known ones
 * @param tokenInterval the distance between two tokens of a miner of the standard class that nothing slows
 * @param miners how many, 1 to 16; see {@link FleetNode} for what each of them is
 * @param stores ports on 127.0.0.1 of what the lab stands before, so that its faults can cut that off too: postgresql, elasticsearch
 */
public record LabOptions(
        Path home, Path npm, boolean freePorts, Duration tokenInterval, int miners, Map<String, Integer> stores) {

    /** How many miners a lab has unless it is asked for more or fewer. */
    public static final int DEFAULT_MINERS = 3;

    /** The nominal pace: 15 ms a token. */
    public static final Duration DEFAULT_TOKEN_INTERVAL = Duration.ofMillis(15);

    /** Refuses a number of miners that there are no accounts for, and stores that there is no name for. */
    public LabOptions {
        stores = Map.copyOf(stores);
        if (!Ports.storeNames().containsAll(stores.keySet())) {
            throw new IllegalArgumentException("stores: expected " + new TreeSet<>(Ports.storeNames()) + ", got "
                    + new TreeSet<>(stores.keySet()));
        }
        if (miners < 1 || miners > Accounts.FLEET.size()) {
            throw new IllegalArgumentException("miners: expected 1 to " + Accounts.FLEET.size() + ", got " + miners);
        }
    }

    /** The same lab with so many miners. */
    public LabOptions withMiners(int count) {
        return new LabOptions(home, npm, freePorts, tokenInterval, count, stores);
    }

    /** The same lab before {@code ports} on 127.0.0.1, by the names of what is there. */
    public LabOptions withStores(Map<String, Integer> ports) {
        return new LabOptions(home, npm, freePorts, tokenInterval, miners, ports);
    }

    /** A lab for tests: everything in {@code home}, on free ports, with the npm parts where this module's build has them. */
    public static LabOptions forTests(Path home) {
        return new LabOptions(home, npmFolder(null), true, DEFAULT_TOKEN_INTERVAL, DEFAULT_MINERS, Map.of());
    }

    /**
     * The folder of the npm parts: the one given, or its parent when it is {@code node_modules} itself; by default the one above the
     * {@code target} folder that this class was built into, be it in a jar or in classes.
     */
    static Path npmFolder(@Nullable Path given) {
        if (given != null) {
            Path absolute = given.toAbsolutePath().normalize();
            Path parent = absolute.getParent();
            return absolute.endsWith("node_modules") && parent != null ? parent : absolute;
        }
        try {
            Path built = Path.of(LabOptions.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return built.resolve("..").resolve("..").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("where this class lies is not a path", e);
        }
    }
}
