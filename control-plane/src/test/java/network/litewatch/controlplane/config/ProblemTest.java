package network.litewatch.controlplane.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemTest {
    @TempDir
    private Path folder;

    @Test
    void aFileThatCannotBeReadIsSaidInWords() throws IOException {
        Path binary = Files.write(folder.resolve("binary.yml"), new byte[] {(byte) 0xC3, 0x28});

        assertThat(why(folder.resolve("nope.yml"))).isEqualTo("cannot be read: there is no such file");
        assertThat(why(binary)).isEqualTo("cannot be read: it is not text in UTF-8");
        assertThat(why(folder)).isEqualTo("cannot be read: Is a directory");
        assertThat(Problem.why(new NotDirectoryException("x"))).isEqualTo("cannot be read: it is not a folder");
        assertThat(Problem.why(new AccessDeniedException("x")))
                .isEqualTo("cannot be read: whoever runs this may not read it");
        assertThat(Problem.unreadable(binary, new AccessDeniedException("x")))
                .hasToString(binary + ": cannot be read: whoever runs this may not read it");
    }

    private static String why(Path file) {
        return YamlDocument.read(file).document().problems().get(0).message();
    }
}
