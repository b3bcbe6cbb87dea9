package network.litewatch.controlplane.bench.paging;

/** Who tells, and how its messages are known. */
enum Side {
    /** Our service, in its own channel. */
    LITEWATCH("litewatch", "ops-alerts"),
    /** Alertmanager on a rule that takes one failed scrape. */
    ONCE("Prometheus, for: 0s", "prometheus-for-0s"),
    /** Alertmanager on a rule that takes as many failed scrapes in a row as most of ours take runs. */
    THRICE("Prometheus, for: 10s", "prometheus-for-10s");

    private static final String RESOLVED = "[RESOLVED]";

    private final String title;
    private final String channel;

    Side(String title, String channel) {
        this.title = title;
        this.channel = channel;
    }

    /** What the table calls it. */
    String title() {
        return title;
    }

    /** Its channel, without the hash sign. */
    String channel() {
        return channel;
    }

    /** Whether {@code text}, which stood in its channel, says that {@code fault} is there. */
    boolean tells(Planted fault, String text) {
        return this == LITEWATCH
                ? text.contains(fault.says()) && !text.startsWith(RESOLVED)
                : text.equals("firing " + fault.target());
    }

    /** Whether it says that the fault has gone. */
    boolean ends(Planted fault, String text) {
        return this == LITEWATCH
                ? text.contains(fault.says()) && text.startsWith(RESOLVED)
                : text.equals("resolved " + fault.target());
    }
}
