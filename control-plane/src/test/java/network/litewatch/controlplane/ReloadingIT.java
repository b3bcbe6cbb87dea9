package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import network.litewatch.controlplane.api.Reloads;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.AuditLog.Actor;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that ship, read again after somebody edited them; over a real PostgreSQL, where it is written down. */
class ReloadingIT {
    private static final Actor ANN = new Actor("ann", "127.0.0.1");
    private static final ControlPlaneConfiguration.FilesSection SECTION = new ControlPlaneConfiguration.FilesSection(
            List.of(Path.of("networks/lab.yml")),
            Path.of("../alert-rules/network"),
            Path.of("../runbooks"),
            Path.of("../dashboards"),
            null);
    private static Jdbi jdbi;

    @TempDir
    private Path folder;

    private final List<network.litewatch.controlplane.Files> used = new ArrayList<>();
    private AuditLog audit;
    private Reloading.Reader reader;
    private Reloading reloading;

    @BeforeAll
    static void database() {
        jdbi = SharedStores.get().database("reloading");
    }

    @BeforeEach
    void files() throws IOException {
        copy(Path.of("config"), folder.resolve("config"));
        copy(Path.of("../alert-rules"), folder.resolve("alert-rules"));
        copy(Path.of("../runbooks"), folder.resolve("runbooks"));
        copy(Path.of("../grafana/dashboards"), folder.resolve("dashboards"));
        audit = new AuditLog(jdbi, InstantSource.system());
        reader = Reloading.Reader.of(folder.resolve("config"), SECTION, new Placeholders(name -> null));
        reloading = reloading();
    }

    private Reloading reloading() {
        return new Reloading(
                reader,
                files -> {
                    used.add(files);
                    return "all of it";
                },
                jdbi,
                audit);
    }

    @Test
    void goodFilesAreTakenAndItIsWrittenDownWhoAsked() throws IOException {
        Files.writeString(folder.resolve("alert-rules/maintenance.yml"), """
                windows:
                  - {name: upgrade, matchers: [network=lab], cron: "0 0 2 ? * SUN", lasts: 2h, reason: nitro}
                """);
        edit("config/networks/lab.yml", "chain: {", "rules: {RpcHeadStalled: {severity: warning}}\nchain: {");

        assertThat(reloading.reload(ANN)).isEqualTo(new Reloads.Outcome("all of it", List.of()));

        assertThat(used).singleElement().satisfies(files -> {
            assertThat(files.maintenance()).hasSize(1);
            assertThat(files.rules().stream().filter(rule -> rule.alert().equals("RpcHeadStalled")))
                    .extracting(rule -> rule.severity())
                    .containsExactlyInAnyOrder("critical", "warning");
        });
        assertThat(newest().action()).isEqualTo("files.reload");
        assertThat(newest().actor()).isEqualTo(ANN);
    }

    @Test
    void aBadRuleChangesNothingAndSaysWhichLine() throws IOException {
        edit("alert-rules/network/rpc.yml", "rpc_head_lag_seconds > 10", "rpc_head_lag_secs > 10");

        Reloads.Outcome outcome = reloading.reload(ANN);

        assertThat(used).isEmpty();
        assertThat(outcome.problems()).anySatisfy(text -> assertThat(text).contains("rpc.yml:8", "rpc_head_lag_secs"));
        assertThat(newest().action()).isEqualTo("files.reload.refused");
    }

    @Test
    void aRuleThatItsTestsRefuseIsNotTaken() throws IOException {
        edit("alert-rules/network/rpc.yml", "rpc_head_lag_seconds > 10", "rpc_head_lag_seconds > 100");

        Reloads.Outcome outcome = reloading.reload(ANN);

        assertThat(used).isEmpty();
        assertThat(outcome.problems()).anySatisfy(text -> assertThat(text).contains("tests", "RpcHeadStalled"));
    }

    @Test
    void whatIsWrittenWhileTheServiceStartsIsTakenToo() throws IOException {
        edit("config/networks/lab.yml", "chain: {", "rules: {RpcHeadStalled: {severity: warning}}\nchain: {");
        Reloading started = reloading();
        FileWatch watch = new FileWatch(reader.digest(), started::last, started, result -> {});

        watch.look();
        watch.look();
        watch.look();

        assertThat(used).hasSize(1);
    }

    @Test
    void aFileThatChangesIsTakenByItselfAndABadOneIsRefusedOnce() throws IOException {
        List<String> results = new ArrayList<>();
        FileWatch watch = new FileWatch(
                () -> FileWatch.digest(folder.resolve("config"), SECTION), reloading::last, reloading, results::add);
        watch.look();
        edit("config/networks/lab.yml", "chain: {", "rules: {RpcHeadStalled: {severity: warning}}\nchain: {");
        watch.look();
        watch.look();
        assertThat(used).hasSize(1);
        assertThat(newest().action()).isEqualTo("files.reload");
        assertThat(newest().actor()).isEqualTo(new Actor("file", ""));

        edit("alert-rules/network/rpc.yml", "rpc_head_lag_seconds > 10", "rpc_head_lag_secs > 10");
        for (int i = 0; i < 5; i++) {
            watch.look();
        }

        assertThat(results).containsExactly("taken", "refused");
        assertThat(used).hasSize(1);
        assertThat(newest().action()).isEqualTo("files.reload.refused");
    }

    @Test
    void whoMayDoWhatIsWrittenDownWhenItChanges() {
        AuthSettings.Entry ann = new AuthSettings.Entry("ann", "operator", "ab".repeat(32));
        AuthSettings.Entry bob = new AuthSettings.Entry("bob", "viewer", "cd".repeat(32));
        TokenChanges.note(jdbi, audit, new AuthSettings(List.of(ann)));
        long first = newest().seq();
        TokenChanges.note(jdbi, audit, new AuthSettings(List.of(ann)));
        assertThat(newest().seq()).isEqualTo(first);

        TokenChanges.note(jdbi, audit, new AuthSettings(List.of(bob, ann)));

        assertThat(newest()).satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("tokens.change");
            assertThat(entry.before()).isEqualTo("ann operator abababab");
            assertThat(entry.after()).isEqualTo("ann operator abababab; bob viewer cdcdcdcd");
        });
    }

    private AuditLog.Entry newest() {
        return audit.newest(1, Long.MAX_VALUE).get(0).entry();
    }

    private void edit(String file, String from, String to) throws IOException {
        Path path = folder.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replaceFirst(java.util.regex.Pattern.quote(from), to));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
