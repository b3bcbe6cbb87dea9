package network.litewatch.lab.router;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the router knows just now: which miners are connected (asked each second) and which sessions there are (each two). Thread-safe. */
final class RouterView implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouterView.class);

    private final TaskChain chain;
    private final List<MinerLink> miners;
    private final ScheduledExecutorService health = Threads.scheduler("router-health");
    private final ScheduledExecutorService reader = Threads.scheduler("router-sessions");
    private volatile List<TaskChain.Session> sessions = List.of();

    private RouterView(TaskChain chain, List<MinerLink> miners) {
        this.chain = chain;
        this.miners = miners;
    }

    /** Starts to look. */
    static RouterView start(TaskChain chain, List<MinerLink> miners) {
        var view = new RouterView(chain, miners);
        view.readSessions();
        var unusedHealth =
                view.health.scheduleAtFixedRate(() -> miners.forEach(MinerLink::check), 0, 1, TimeUnit.SECONDS);
        var unusedReader = view.reader.scheduleWithFixedDelay(view::readSessions, 2, 2, TimeUnit.SECONDS);
        return view;
    }

    List<MinerLink> miners() {
        return miners;
    }

    List<MinerLink> connectedMiners() {
        return miners.stream().filter(MinerLink::connected).toList();
    }

    /** The connected ones among a session's nodes, in the session's order. */
    List<MinerLink> connectedMinersOf(TaskChain.Session session) {
        return session.nodes().stream()
                .flatMap(node -> miners.stream()
                        .filter(miner -> miner.connected() && miner.address().equals(node)))
                .toList();
    }

    /** The active sessions. */
    List<TaskChain.Session> sessions() {
        return sessions.stream().filter(TaskChain.Session::active).toList();
    }

    Optional<TaskChain.Session> session(long id) {
        return sessions().stream().filter(session -> session.id() == id).findFirst();
    }

    @Override
    public void close() {
        health.shutdownNow();
        reader.shutdownNow();
    }

    private void readSessions() {
        try {
            sessions = chain.sessions();
        } catch (EvmException e) {
            LOG.debug("the sessions could not be read; the last ones stay: {}", e.toString());
        }
    }
}
