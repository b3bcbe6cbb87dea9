package network.litewatch.probe;

/** Units of measurements and signals; base units only, as Prometheus has it. */
public enum Unit {
    SECONDS("s"),
    BLOCKS("blocks"),
    BYTES("bytes"),
    COUNT(""),
    RATIO(""),
    WEI("wei"),
    /** Of 24 hours: for what lasts so long that seconds say nothing. */
    DAYS("d"),
    TOKENS("tokens"),
    TOKENS_PER_SECOND("tokens/s");

    private final String symbol;

    Unit(String symbol) {
        this.symbol = symbol;
    }

    /** What stands behind a number for people; empty for counts and ratios. */
    public String symbol() {
        return symbol;
    }
}
