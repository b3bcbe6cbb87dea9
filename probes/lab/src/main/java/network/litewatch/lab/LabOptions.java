package network.litewatch.lab;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a lab is started.
 *
 * @param home a folder for logs, caches and lab.json; made when missing
 * @param npm the folder with the npm parts' {@code package.json} and {@code node_modules}
 * @param freePorts whether to listen on free ports and not on {@link Ports#DEFAULT}
 * @param tokenInterval the distance between two tokens of a miner that nothing slows
 */
public record LabOptions(Path home, Path npm, boolean freePorts, Duration tokenInterval) {

    /** The nominal pace: 15 ms a token. */
    public static final Duration DEFAULT_TOKEN_INTERVAL = Duration.ofMillis(15);

    /** A lab for tests: everything in {@code home}, on free ports, with the npm parts where this module's build has them. */
    public static LabOptions forTests(Path home) {
        return new LabOptions(home, npmFolder(null), true, DEFAULT_TOKEN_INTERVAL);
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
