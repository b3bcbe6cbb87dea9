package network.litewatch.controlplane.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.vantage.PlanDocument;
import network.litewatch.probe.http.TargetJson;

/**
 * The last plan on disk, so that an agent which is started while it is cut off goes on asking. It holds secrets: only its owner may
 * read the file.
 */
final class PlanStore {
    private static final String FILE = "plan.json";

    private final Path folder;

    /** A plan, its tag, and when the control plane last said that it holds. */
    record Kept(Optional<PlanDocument> document, String etag, Instant at) {
        static final Kept NOTHING = new Kept(Optional.empty(), "", Instant.EPOCH);
    }

    PlanStore(Path folder) {
        this.folder = folder;
    }

    /** What was written last; nothing when there is nothing that can be read. */
    Kept read() throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Kept.NOTHING;
        }
        List<String> lines = Files.readAllLines(file);
        try {
            return lines.size() < 3
                    ? Kept.NOTHING
                    : new Kept(
                            TargetJson.parse(lines.get(2)).map(PlanDocument::parse),
                            lines.get(1),
                            Instant.parse(lines.get(0)));
        } catch (DateTimeParseException | IllegalArgumentException torn) {
            return Kept.NOTHING;
        }
    }

    /** Replaces what is there, at once. */
    void write(Kept plan) throws IOException {
        Path next = folder.resolve(FILE + ".next");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        String text = plan.at() + "\n" + plan.etag() + "\n"
                + plan.document().map(PlanDocument::json).orElse("") + "\n";
        Files.writeString(next, text, StandardCharsets.UTF_8);
        Files.move(next, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
