package network.litewatch.lab;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Things to close, the last opened first; one that fails does not spare the others. Thread-safe. */
final class Closeables implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Closeables.class);

    private final Deque<AutoCloseable> open = new ArrayDeque<>(); // guarded by itself
    private boolean closed; // guarded by open

    /** Remembers {@code it}; closes it at once when the rest is closed already. */
    <T extends AutoCloseable> T add(T it) {
        synchronized (open) {
            if (!closed) {
                open.push(it);
                return it;
            }
        }
        close(it);
        throw new IllegalStateException("the lab is being stopped");
    }

    @Override
    public void close() {
        while (true) {
            AutoCloseable last;
            synchronized (open) {
                closed = true;
                last = open.poll();
            }
            if (last == null) {
                return;
            }
            close(last);
        }
    }

    private static void close(AutoCloseable it) {
        try {
            it.close();
        } catch (Exception e) { // close() declares it; whatever it is, the others must be closed too
            LOG.warn("{} was not closed cleanly", it.getClass().getSimpleName(), e);
        }
    }
}
