package network.litewatch.lab.oracle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tasks that are open, and which of them have waited for too long. Times are the chain's, in Unix seconds. For one thread. */
final class TaskBook {

    private static final long ASK_AGAIN_SECONDS = 10;
    private static final int MAX_ASKED = 5;

    /** A task of a session. */
    record Id(long session, long task) {}

    /** What is to be ended of a task. */
    enum Phase {
        PRECOMMIT,
        COMMIT
    }

    /** A phase that has lasted for too long. */
    record Due(Id id, Phase phase) {}

    private static final class Open {
        private Phase phase = Phase.PRECOMMIT;
        private long since;
        private long notBefore;
        private int asked;
    }

    private final Map<Id, Open> open = new LinkedHashMap<>();

    /** A task was queued: it waits for precommits. */
    void queued(Id id, long at) {
        Open task = new Open();
        task.since = at;
        open.put(id, task);
    }

    /** Its precommit phase is over: it waits for commits. */
    void precommitEnded(Id id, long at) {
        Open task = open.get(id);
        if (task != null) {
            task.phase = Phase.COMMIT;
            task.since = at;
            task.notBefore = 0;
            task.asked = 0;
        }
    }

    /** It is over. */
    void ended(Id id) {
        open.remove(id);
    }

    /**
     * The phases that have lasted {@code limit} seconds or more; each is told again every 10 s, since the end of one can be lost with its
     * block, and five times at most, since a task can be.
     */
    List<Due> due(long now, long limit) {
        List<Due> due = new ArrayList<>();
        open.forEach((id, task) -> {
            if (now - task.since >= limit && now >= task.notBefore) {
                task.notBefore = now + ASK_AGAIN_SECONDS;
                task.asked++;
                due.add(new Due(id, task.phase));
            }
        });
        open.values().removeIf(task -> task.asked >= MAX_ASKED);
        return due;
    }
}
