package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import network.litewatch.controlplane.api.Reloads;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    @TempDir
    private Path folder;

    private final List<String> reloaded = new ArrayList<>();
    private final List<String> results = new ArrayList<>();
    private List<String> problems = List.of();
    private boolean away;
    private String last = "";
    private FileWatch watch;

    @BeforeEach
    void files() throws IOException {
        for (String name :
                List.of("networks", "alert-rules/network", "alert-rules/slo", "alert-rules/tests", "runbooks")) {
            Files.createDirectories(folder.resolve(name));
        }
        write("networks/lab.yml", "a");
        last = digest();
        watch = new FileWatch(
                this::digest,
                () -> last,
                actor -> {
                    if (away) {
                        throw new IllegalStateException("no database");
                    }
                    reloaded.add(actor.name());
                    last = digest();
                    return new Reloads.Outcome("", problems);
                },
                results::add);
    }

    @Test
    void whatChangedIsTakenOnceItStandsStillForARound() throws IOException {
        watch.look();
        write("networks/lab.yml", "half");
        watch.look();
        write("networks/lab.yml", "whole");
        watch.look();
        assertThat(reloaded).isEmpty();

        watch.look();
        watch.look();

        assertThat(reloaded).containsExactly("file");
        assertThat(results).containsExactly("taken");
    }

    @Test
    void aBadSetIsRefusedOnceAndTheMendedOneIsTaken() throws IOException {
        problems = List.of("rpc.yml:8: expr: no");
        write("alert-rules/network/rpc.yml", "bad");
        rounds(5);
        assertThat(results).containsExactly("refused");

        problems = List.of();
        write("alert-rules/network/rpc.yml", "good");
        rounds(5);

        assertThat(results).containsExactly("refused", "taken");
    }

    @Test
    void everyKindOfFileIsWatchedAndNoOther() throws IOException {
        List<String> kinds = List.of(
                "networks/lab.yml",
                "alert-rules/network/new.yml",
                "alert-rules/tests/new.yml",
                "alert-rules/slo/new.yaml",
                "alert-rules/maintenance.yml",
                "runbooks/new.md",
                "gpu-classes.yml",
                "reputation.yml",
                "eligibility.yml");
        for (String file : kinds) {
            write(file, "new");
            rounds(3);
        }
        assertThat(results).hasSize(kinds.size());
        Files.delete(folder.resolve("runbooks/new.md"));
        rounds(3);
        assertThat(results).hasSize(kinds.size() + 1);

        write("runbooks/.new.md.swp", "an editor's");
        write("networks/other.yml", "not in the configuration");
        rounds(3);

        assertThat(results).hasSize(kinds.size() + 1);
    }

    @Test
    void whatCouldNotBeWrittenDownIsTriedAgain() throws IOException {
        away = true;
        write("networks/lab.yml", "b");
        rounds(4);
        assertThat(results).isEmpty();

        away = false;
        rounds(2);

        assertThat(results).containsExactly("taken");
    }

    @Test
    void whatWasReloadedByHandIsNotReadAgain() throws IOException {
        write("networks/lab.yml", "b");
        watch.look();
        last = digest();
        rounds(3);

        assertThat(results).isEmpty();
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            watch.look();
        }
    }

    private String digest() {
        return FileWatch.digest(
                folder,
                new ControlPlaneConfiguration.FilesSection(
                        List.of(Path.of("networks/lab.yml")),
                        Path.of("alert-rules/network"),
                        Path.of("runbooks"),
                        null,
                        null));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
