package network.litewatch.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The whole local network: two RPC nodes, contracts, three miners, a router, the fault API and the Slack stand-in, all on 127.0.0.1. A
 * proxy that can be faulty stands before every port that a prober or the router dials. Closing it ends every child process. Thread-safe.
 */
public final class Lab implements AutoCloseable {

    private final LabStart parts;
    private final LabManifest manifest;

    private Lab(LabStart parts, LabManifest manifest) {
        this.parts = parts;
        this.manifest = manifest;
    }

    /** Starts a lab quietly, on the system's clock; see {@link #start(LabOptions, Consumer, InstantSource)}. */
    public static Lab start(LabOptions options) {
        return start(options, line -> {}, InstantSource.system());
    }

    /**
     * Starts everything and returns when all of it answers; writes {@code home/lab.json} then. What had been started is stopped again when
     * a part fails.
     *
     * @param progress hears a line for each step, and the end of any child that dies without being asked to, on any thread
     * @param clock stamps what the router, the fault API and the Slack stand-in create
     * @return the running lab; close it
     * @throws IllegalStateException saying which part failed, with the tail of its log
     */
    public static Lab start(LabOptions options, Consumer<String> progress, InstantSource clock) {
        var parts = new LabStart(options, progress, clock);
        boolean started = false;
        try {
            var lab = new Lab(parts, parts.run());
            started = true;
            return lab;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
        } finally {
            if (!started) {
                parts.close();
            }
        }
    }

    /** Where everything is. */
    public LabManifest manifest() {
        return manifest;
    }

    /** Ends all faults and stops all parts, the last started first. Does nothing the second time. */
    @Override
    public void close() {
        parts.close();
    }
}
