package network.litewatch.controlplane.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
    @TempDir
    Path folder;

    @Test
    void theFirstNameThatIsOnThePathIsTaken() throws IOException {
        Path program = Files.createFile(folder.resolve("alertmanager"));
        assertThat(program.toFile().setExecutable(true)).isTrue();

        Programs programs = new Programs(folder.resolve("none") + File.pathSeparator + folder);

        assertThat(programs.find("prometheus-alertmanager", "prometheus-alertmanager", "alertmanager"))
                .isEqualTo(program);
    }

    @Test
    void whatIsMissingIsNamedWithDebiansPackage() {
        Programs programs = new Programs(folder.toString());

        assertThatThrownBy(() -> programs.find("prometheus-alertmanager", "prometheus-alertmanager", "alertmanager"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "--peer needs prometheus-alertmanager or alertmanager on the PATH (Debian: prometheus-alertmanager)");
    }
}
