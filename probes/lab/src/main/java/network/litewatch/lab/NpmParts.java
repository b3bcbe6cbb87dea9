package network.litewatch.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The parts that come from npm: anvil, a native program, and solc, which runs on Node. */
record NpmParts(Path anvil, Path solc) {

    private static final long LIMIT_SECONDS = 300;

    /**
     * The parts in {@code folder/node_modules}, installed by {@code npm ci} when they are missing.
     *
     * @throws IllegalStateException saying what to do when they cannot be had
     */
    static NpmParts in(Path folder) {
        var parts = new NpmParts(
                folder.resolve("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"),
                folder.resolve("node_modules/solc/solc.js"));
        if (!parts.present()) {
            install(folder);
        }
        if (!parts.present()) {
            throw new IllegalStateException(
                    "npm ci in " + folder + " did not bring " + parts.anvil() + " and " + parts.solc());
        }
        return parts;
    }

    private boolean present() {
        return Files.isExecutable(anvil) && Files.isReadable(solc);
    }

    private static void install(Path folder) {
        if (!Files.exists(folder.resolve("package-lock.json"))) {
            throw new IllegalStateException(
                    "no npm parts and no package-lock.json in " + folder + ": name their folder with --npm");
        }
        try {
            Process npm = new ProcessBuilder(List.of("npm", "ci", "--no-audit", "--no-fund"))
                    .directory(folder.toFile())
                    .inheritIO()
                    .start();
            if (!npm.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                npm.destroyForcibly();
                throw new IllegalStateException("npm ci in " + folder + " took more than " + LIMIT_SECONDS + " s");
            }
            if (npm.exitValue() != 0) {
                throw new IllegalStateException("npm ci in " + folder + " failed with status " + npm.exitValue());
            }
        } catch (IOException e) {
            throw new IllegalStateException("npm could not be run; install Node.js 20 or newer with npm", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while npm ci ran", e);
        }
    }
}
