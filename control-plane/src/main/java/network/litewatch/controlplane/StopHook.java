package network.litewatch.controlplane;

/** What is done when the JVM is told to end, by Ctrl-C or TERM, for as long as this is open. */
final class StopHook implements AutoCloseable {
    private final Thread hook;

    /** {@code stop} runs on a thread of its own, beside whatever the others do then. */
    StopHook(Runnable stop) {
        hook = new Thread(stop, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            var unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // It runs already, and does what is to be done.
            return;
        }
    }
}
