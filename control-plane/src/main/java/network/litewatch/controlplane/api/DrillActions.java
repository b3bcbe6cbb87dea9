package network.litewatch.controlplane.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.store.AuditLog.Actor;
import network.litewatch.controlplane.store.DrillSkips;
import network.litewatch.controlplane.store.DrillSwitch;

/** Drills, as the API shows and starts them. Throws what the database throws. */
public interface DrillActions {
    /** All that runbooks have, by their id. */
    List<Drill> drills();

    /** Of each drill, by its id, the latest run that proved it. */
    Map<String, DrillRun> proved();

    /** What {@code drill} would touch now. */
    Blast blast(Drill drill);

    /** Why {@code drill} would not begin now. */
    List<String> refusals(Drill drill);

    /** Plans a run of {@code drill}; every deed is written to the audit log, or is not done. */
    DrillRun plan(Drill drill, Mode mode, Actor actor);

    /** Has a run ended; false when no open one has this id. */
    boolean abort(String run, Actor actor);

    /** Has a second person agree to a run; false when it is not one that waits for that, or the person is who wanted it. */
    boolean approve(String run, Actor actor);

    /** The kill switch: ends every run, what is broken is mended first, and lets none begin until {@link #release}. */
    DrillSwitch.Stop stopAll(String reason, Actor actor);

    /** Lets drills begin again; false when nothing stopped them. */
    boolean release(Actor actor);

    /** What stops all drills; empty when nothing does. */
    Optional<DrillSwitch.Stop> stop();

    /** Scheduled drills that were due and not begun, latest first. */
    List<DrillSkips.Skip> skips(int limit, int offset);

    /** Runs, latest first. */
    List<DrillRun> runs(int limit, int offset);

    /** One run. */
    Optional<DrillRun> run(String id);

    /** The signed journal of a run that is closed. */
    Optional<String> journal(String run);

    /** What journals are signed with: a public key of Ed25519, in Base64 of its X.509 form. */
    String key();
}
