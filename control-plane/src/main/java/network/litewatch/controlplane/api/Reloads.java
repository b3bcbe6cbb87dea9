package network.litewatch.controlplane.api;

import java.util.List;
import network.litewatch.controlplane.store.AuditLog.Actor;

/** Reads the files that people write again. */
public interface Reloads {
    /**
     * What became of it.
     *
     * @param said what it changed; empty when the files were refused
     * @param problems why they were refused, one thing each; then the old ones stay in use
     */
    record Outcome(String said, List<String> problems) {
        public Outcome {
            problems = List.copyOf(problems);
        }
    }

    /** Puts the files in the place of the old ones, all or none. Throws what the database throws, with nothing changed. */
    Outcome reload(Actor actor);
}
