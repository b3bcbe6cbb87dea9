package network.litewatch.controlplane.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import network.litewatch.controlplane.alert.incident.MaintenanceWindow;
import network.litewatch.controlplane.alert.incident.Mutes;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What mutes: silences that people asked for, work that was announced, and what is down already. Thread-safe. */
public final class MuteStore {
    private final Jdbi jdbi;
    private final SilenceStore silences;
    private final AlertStore alerts;
    private final Supplier<List<MaintenanceWindow>> windows;

    /** {@code windows} are those of the files as they are. */
    public MuteStore(Jdbi jdbi, ObjectMapper json, Supplier<List<MaintenanceWindow>> windows) {
        this.jdbi = jdbi;
        this.silences = new SilenceStore(jdbi, json);
        this.alerts = new AlertStore(jdbi, json);
        this.windows = windows;
    }

    /** What mutes at {@code now}, as the transaction of {@code handle} sees it. */
    public Mutes at(Handle handle, Instant now) {
        return new Mutes(silences.lasting(handle, now), windows.get(), alerts.dependencies(handle, now), now);
    }

    /** What mutes at {@code now}. */
    public Mutes at(Instant now) {
        return jdbi.withHandle(handle -> at(handle, now));
    }
}
