package network.litewatch.controlplane.bench.peer;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds programs in the folders of a PATH. */
final class Programs {
    private final List<String> folders;

    /** Looks into the folders of {@code path}, as the environment has it. */
    Programs(String path) {
        this.folders = List.of(path.split(File.pathSeparator, -1));
    }

    static Programs ofEnvironment() {
        return new Programs(Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }

    /**
     * The first of {@code names} that there is.
     *
     * @param debian the package that has it
     * @throws IllegalArgumentException when there is none
     */
    Path find(String debian, String... names) {
        return Stream.of(names)
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--peer needs " + String.join(" or ", names) + " on the PATH (Debian: " + debian + ")"));
    }
}
