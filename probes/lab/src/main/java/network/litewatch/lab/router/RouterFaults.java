package network.litewatch.lab.router;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import network.litewatch.lab.fault.Draw;
import network.litewatch.lab.http.Exchange;
import org.jspecify.annotations.Nullable;

/** What is wrong with the router besides that it fails: whom it lets in, what it shows, in which shape, what it loses and how slow it is. Thread-safe. */
final class RouterFaults {

    private static final String DEFAULT_TOKEN = "default-dev-token";

    /** A field that has another name now. */
    record Renamed(String route, String field, String name) {}

    private volatile boolean takesDefaultToken;
    private volatile boolean takesAnybody;
    private volatile @Nullable String exposed;
    private volatile @Nullable Renamed renamed;

    private volatile long hiddenSession;
    private volatile @Nullable String minersLie;
    private volatile double dropShare;
    private volatile double slowness;

    void takeDefaultToken(boolean take) {
        takesDefaultToken = take;
    }

    void takeAnybody(boolean take) {
        takesAnybody = take;
    }

    /** A path that is to ask for a token and then for a POST, as if the front let it through; null for none. */
    void expose(@Nullable String path) {
        exposed = path;
    }

    /** A field to give another name; null for none. */
    void rename(@Nullable Renamed field) {
        renamed = field;
    }

    /** A session to leave out of the list, by its id; 0 for none. */
    void hideSession(long id) {
        hiddenSession = id;
    }

    /** The name of a connected miner to leave out of the list; empty to list all miners, connected or not; null for the truth. */
    void lieAboutMiners(@Nullable String hidden) {
        minersLie = hidden;
    }

    /** Which of {@code all} the list of miners has. */
    List<MinerLink> listed(List<MinerLink> all) {
        String lie = minersLie;
        return all.stream()
                .filter(miner ->
                        "".equals(lie) || (miner.connected() && !miner.name().equals(lie)))
                .toList();
    }

    /** The share of tasks, 0 to 1, that no miner is to hear of. */
    void drop(double share) {
        dropShare = share;
    }

    /** How much later everything is to be said, as a share of the time that it took. */
    void slow(double share) {
        slowness = share;
    }

    boolean drops(long session, long task) {
        return Draw.of("drop", session, task) < dropShare;
    }

    double slowness() {
        return slowness;
    }

    boolean hides(long session) {
        return session == hiddenSession;
    }

    /** Whether a caller may in who has not the router's own token. */
    boolean letsIn(Exchange exchange) {
        return takesAnybody
                || (takesDefaultToken && ("Bearer " + DEFAULT_TOKEN).equals(exchange.header("Authorization")));
    }

    boolean exposes(Exchange exchange) {
        return ("/" + String.join("/", exchange.pathParts())).equals(exposed);
    }

    /** The answer of a route, a field renamed if it is its turn. */
    ObjectNode shaped(String route, ObjectNode answer) {
        Renamed field = renamed;
        if (field != null && field.route().equals(route)) {
            JsonNode value = answer.remove(field.field());
            if (value != null) {
                answer.set(field.name(), value);
            }
        }
        return answer;
    }
}
