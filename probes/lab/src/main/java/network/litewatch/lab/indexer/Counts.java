package network.litewatch.lab.indexer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import network.litewatch.lab.http.Json;

/** What was counted at one moment; {@code lastActive} is Unix seconds, 0 before the first node was active. */
record Counts(long sessions, long tasks, long networkTask, List<String> nodes, long lastActive) {

    /** The same, as an indexer says it that was started anew when there were {@code before}. */
    Counts since(Counts before) {
        return new Counts(
                Math.max(0, sessions - before.sessions),
                Math.max(0, tasks - before.tasks),
                networkTask,
                nodes,
                lastActive);
    }

    /** The same with {@code more} sessions that there are not. */
    Counts inflated(long more) {
        return new Counts(sessions + more, tasks, networkTask, nodes, lastActive);
    }

    ObjectNode networkTasks() {
        ObjectNode body = Json.object();
        ObjectNode stats = body.putObject("stats");
        for (long id = Math.max(1, networkTask - 4); id <= networkTask; id++) {
            stats.putObject(Long.toString(id)).put("session_id", id);
        }
        return body;
    }

    ArrayNode leaderboard() {
        ArrayNode rows = Json.MAPPER.createArrayNode();
        for (String node : nodes) {
            rows.addObject()
                    .put("miner", node)
                    .put("last_active", lastActive)
                    .put("commitCounter", tasks)
                    .put("commitPoint", tasks);
        }
        return rows;
    }
}
