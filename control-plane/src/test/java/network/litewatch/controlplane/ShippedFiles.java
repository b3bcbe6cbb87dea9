package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import network.litewatch.controlplane.config.Placeholders;

/** The files that ship, with the lab as the network. */
final class ShippedFiles {
    private ShippedFiles() {}

    /** All of them; fails when anything is wrong with one. */
    static Files load() {
        Files files = Files.load(
                Path.of("config").toAbsolutePath(),
                new ControlPlaneConfiguration.FilesSection(
                        List.of(Path.of("networks/lab.yml")),
                        Path.of("../../alert-rules/network"),
                        Path.of("../../runbooks"),
                        Path.of("../../grafana/dashboards"),
                        null),
                new Placeholders(name -> null));
        assertThat(files.problems()).isEmpty();
        return files;
    }
}
