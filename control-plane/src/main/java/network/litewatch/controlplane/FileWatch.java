package network.litewatch.controlplane;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.dropwizard.core.setup.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.rules.MaintenanceLoader;
import network.litewatch.controlplane.api.Reloads;
import network.litewatch.controlplane.canary.classes.SpeedTableLoader;
import network.litewatch.controlplane.reputation.files.FormulaLoader;
import network.litewatch.controlplane.reputation.files.TermsLoader;
import network.litewatch.controlplane.store.AuditLog.Actor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has files read again when somebody changed them on disk, as a reload by hand does: once their contents were the same for a whole round,
 * so that what is half written is left alone. It goes by contents and not by times or events, which copies, mounts and editors get wrong.
 * A bad set is refused once, not each round. One thread.
 */
final class FileWatch {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
    private static final Actor FILE = new Actor("file", "");
    private static final int DEPTH = 3;

    private final Supplier<String> digest;
    private final Supplier<String> last;
    private final Reloads reloads;
    private final Consumer<String> results;
    private @Nullable String changing;
    private boolean troubled;

    /**
     * Watches what {@code digest} is of.
     *
     * @param last digest of what was read last, whoever had it read
     * @param results hears of each change: taken or refused
     */
    FileWatch(Supplier<String> digest, Supplier<String> last, Reloads reloads, Consumer<String> results) {
        this.digest = digest;
        this.last = last;
        this.reloads = reloads;
        this.results = results;
    }

    /** Watches from now on, if the configuration wants it. */
    static void install(
            ControlPlaneConfiguration.FilesSection section,
            Environment env,
            Reloading.Reader reader,
            Reloading reloading,
            Consumer<String> results) {
        long every = section.watch().toMilliseconds();
        if (every > 0) {
            FileWatch watch = new FileWatch(reader.digest(), reloading::last, reloading, results);
            var unused = env.lifecycle()
                    .scheduledExecutorService("file-watch")
                    .threads(1)
                    .build()
                    .scheduleWithFixedDelay(watch::look, every, every, TimeUnit.MILLISECONDS);
        }
    }

    /** One round. Throws nothing: an exception would end the watch. */
    void look() {
        try {
            String now = digest.get();
            if (now.equals(last.get())) {
                changing = null;
            } else if (now.equals(changing)) {
                changing = null;
                results.accept(reloads.reload(FILE).problems().isEmpty() ? "taken" : "refused");
            } else {
                changing = now;
            }
            troubled = false;
        } catch (RuntimeException e) {
            // The database is away: a reload is written down there first. It is tried again.
            if (!troubled) {
                LOG.warn("files that changed are not read yet: {}", e.getMessage());
            }
            troubled = true;
        }
    }

    /** Of the contents of all that people write besides the configuration; also of what cannot be read now. */
    static String digest(Path base, ControlPlaneConfiguration.FilesSection section) {
        Path rules = base.resolve(section.rules()).normalize();
        List<Path> roots = new ArrayList<>();
        section.networks().forEach(entry -> roots.add(base.resolve(entry).normalize()));
        roots.addAll(List.of(
                rules,
                rules.resolveSibling(Files.SLO_FOLDER),
                rules.resolveSibling(Files.TEST_FOLDER),
                rules.resolveSibling(MaintenanceLoader.FILE),
                base.resolve(section.runbooks()).normalize(),
                base.resolve(SpeedTableLoader.FILE),
                base.resolve(FormulaLoader.FILE),
                base.resolve(TermsLoader.FILE)));
        if (section.dashboards() != null) {
            roots.add(base.resolve(section.dashboards()).normalize());
        }
        Hasher hasher = Hashing.sha256().newHasher();
        roots.forEach(root -> add(hasher, root));
        return hasher.hash().toString();
    }

    private static void add(Hasher hasher, Path root) {
        hasher.putString(root.toString(), StandardCharsets.UTF_8).putByte((byte) 0);
        if (!java.nio.file.Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = java.nio.file.Files.walk(root, DEPTH)) {
            for (Path file : all.filter(FileWatch::isRead).sorted().toList()) {
                byte[] content = java.nio.file.Files.readAllBytes(file);
                hasher.putString(file.toString(), StandardCharsets.UTF_8)
                        .putInt(content.length)
                        .putBytes(content);
            }
        } catch (IOException | UncheckedIOException e) {
            hasher.putString(e.getClass().getSimpleName(), StandardCharsets.UTF_8);
        }
    }

    private static boolean isRead(Path file) {
        String name = String.valueOf(file.getFileName());
        return java.nio.file.Files.isRegularFile(file)
                && (name.endsWith(".yml") || name.endsWith(".yaml") || name.endsWith(".md"));
    }
}
