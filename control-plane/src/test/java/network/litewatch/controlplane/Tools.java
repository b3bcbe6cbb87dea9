package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of others that a check talks to, where they are on the PATH. */
public final class Tools {
    /** Set where no check may be left out, as in CI. */
    private static final String ALL_CHECKS = "LITEWATCH_ALL_CHECKS";

    private Tools() {}

    public static Optional<Path> find(String name) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The program; without it the check is left out, or fails where none may be. */
    public static Path require(String name, String debianPackage) {
        Optional<Path> found = find(name);
        if (found.isEmpty()) {
            String why = name + " must be on the PATH (Debian: " + debianPackage + ")";
            assertThat(System.getenv(ALL_CHECKS)).as(why).isNull();
            System.err.println("NOT CHECKED: " + why);
            assumeThat(found).as(why).isPresent();
        }
        return found.orElseThrow();
    }
}
