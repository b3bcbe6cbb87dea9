package network.litewatch.controlplane.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import network.litewatch.controlplane.config.Placeholders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigReaderTest {
    private static final String GOOD = """
            control_plane:
              url: https://litewatch.example.org
              token: ${TOKEN}
            vantage: east
            buffer: {dir: buffer, max_size: 64MiB}
            witnesses: [tcp://1.1.1.1:443, https://example.org]
            egress: {private_ranges: [10.0.0.0/8]}
            """;
    private static final Placeholders ENVIRONMENT = new Placeholders(name -> name.equals("TOKEN") ? "lw_secret" : null);

    @TempDir
    private Path folder;

    @Test
    void aGoodFileIsReadAndPrintsNoToken() throws IOException {
        AgentConfig config = load(GOOD).config().orElseThrow();

        assertThat(config.bufferFolder()).isEqualTo(folder.resolve("buffer"));
        assertThat(config.bufferBytes()).isEqualTo(64L << 20);
        assertThat(config.witnesses()).hasSize(2);
        assertThat(config.token().reveal()).isEqualTo("lw_secret");
        assertThat(config.toString()).doesNotContain("lw_secret");
    }

    @Test
    void theTokenMayStandInAFile() throws IOException {
        Files.writeString(folder.resolve("token"), "lw_from_file\n");

        AgentConfig config = load(GOOD.replace("token: ${TOKEN}", "token_file: token"))
                .config()
                .orElseThrow();

        assertThat(config.token().reveal()).isEqualTo("lw_from_file");
    }

    @Test
    void theShippedFileIsGood() {
        assertThat(AgentConfigReader.load(
                                Path.of("config/agent.yml").toAbsolutePath(),
                                new Placeholders(name -> name.equals("LITEWATCH_AGENT_TOKEN") ? "lw_x" : null))
                        .problems())
                .isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "https://lite | http://lite | 2: control_plane.url: must be https://",
                "https://litewatch.example.org | litewatch.example.org | 2: control_plane.url: must start with",
                "token: ${TOKEN} | token: ${OTHER} | 3: control_plane.token: needs the environment variable OTHER",
                "token: ${TOKEN} | token: s3cret | 3: control_plane.token: is no token",
                "token: ${TOKEN} | token_file: nowhere | 3: control_plane.token_file: cannot be read",
                "token: ${TOKEN} | ca_file: nowhere.pem | 3: control_plane.ca_file: cannot be read",
                "vantage: east | vantage: East | 4: vantage: vantage must be 1-128",
                "vantage: east | vantages: east | 4: vantages: is not a known field",
                "64MiB | 64 | 5: buffer.max_size: must be a size",
                "64MiB | 1KiB | 5: buffer.max_size: must be at least 1MiB",
                "dir: buffer, | | buffer.dir: is required",
                "tcp://1.1.1.1:443 | 1.1.1.1 | 6: witnesses[0]: must start with",
                "10.0.0.0/8 | ten | 7: egress.private_ranges[0]: not address/prefix"
            })
    void whatIsWrongIsSaidWithFileLineAndField(String good, String bad, String problem) throws IOException {
        AgentConfigReader.Loaded loaded = load(GOOD.replace(good, bad == null ? "" : bad));

        assertThat(loaded.config()).isEmpty();
        assertThat(loaded.problems())
                .anySatisfy(p ->
                        assertThat(p.toString()).contains("agent.yml", problem).doesNotContain("s3cret"));
    }

    @Test
    void plainHttpIsForThisMachineOnly() throws IOException {
        for (String url : new String[] {"http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"}) {
            assertThat(load(GOOD.replace("https://litewatch.example.org", "\"" + url + "\""))
                            .problems())
                    .as(url)
                    .isEmpty();
        }
    }

    private AgentConfigReader.Loaded load(String text) throws IOException {
        Path file = folder.resolve("agent.yml");
        Files.writeString(file, text);
        return AgentConfigReader.load(file, ENVIRONMENT);
    }
}
