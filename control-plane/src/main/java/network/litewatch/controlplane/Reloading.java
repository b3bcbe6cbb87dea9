package network.litewatch.controlplane;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import network.litewatch.controlplane.alert.ruletest.RuleTests;
import network.litewatch.controlplane.api.Reloads;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.AuditLog.Actor;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads networks, rules, runbooks and what else people write again. Files with a problem are refused whole, a rule whose tests fail
 * is one, and the old files stay. Written down in the audit log first, one at a time.
 */
final class Reloading implements Reloads {
    private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);
    private static final int LISTED = 20;

    private final Reader reader;
    private final Function<Files, String> use;
    private final Jdbi jdbi;
    private final AuditLog audit;
    private volatile String last;

    /**
     * What people wrote, as it is on disk now.
     *
     * @param first digest of before anything was read: what is written while the service starts differs from it
     */
    record Reader(Supplier<Files> files, Supplier<List<Problem>> ruleTests, Supplier<String> digest, String first) {
        /** Reads {@code section} of the configuration in the folder {@code base}; to be made before its files are read. */
        static Reader of(
                java.nio.file.Path base,
                ControlPlaneConfiguration.FilesSection section,
                network.litewatch.controlplane.config.Placeholders placeholders) {
            return new Reader(
                    () -> Files.load(base, section, placeholders),
                    () -> Files.ruleTests(base, section)
                            .map(RuleTests.Result::problems)
                            .orElse(List.of()),
                    () -> FileWatch.digest(base, section),
                    FileWatch.digest(base, section));
        }
    }

    /** {@code use} takes over files without a problem and says what that changed. */
    Reloading(Reader reader, Function<Files, String> use, Jdbi jdbi, AuditLog audit) {
        this.reader = reader;
        this.use = use;
        this.jdbi = jdbi;
        this.audit = audit;
        this.last = reader.first();
    }

    /** Digest of the contents that were read last, taken or refused. */
    String last() {
        return last;
    }

    @Override
    public synchronized Outcome reload(Actor actor) {
        // Before they are read: what is written meanwhile differs from it.
        String digest = reader.digest().get();
        Files files = reader.files().get();
        List<Problem> found = new ArrayList<>(files.problems());
        if (found.isEmpty()) {
            found.addAll(reader.ruleTests().get());
        }
        List<String> problems = found.stream().map(Problem::toString).toList();
        jdbi.useTransaction(handle -> audit.append(
                handle,
                actor,
                problems.isEmpty() ? "files.reload" : "files.reload.refused",
                "files",
                "",
                problems.isEmpty()
                        ? files.rules().size() + " rules, " + files.networks().size() + " networks, "
                                + files.maintenance().size() + " maintenance windows"
                        : String.join("\n", problems.subList(0, Math.min(LISTED, problems.size())))));
        String said = problems.isEmpty() ? use.apply(files) : "";
        // Not before they are in use: what failed half way is read again.
        last = digest;
        LOG.info("{}", problems.isEmpty() ? "reloaded; " + said : "not reloaded: " + String.join("\n", problems));
        return new Outcome(said, problems);
    }
}
