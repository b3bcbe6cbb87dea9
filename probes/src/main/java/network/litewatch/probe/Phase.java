package network.litewatch.probe;

import java.util.Locale;

/** The stretches of one exchange on the wire, named as blackbox_exporter names them. */
public enum Phase {
    /** Name to addresses. */
    RESOLVE,
    /** TCP handshake. */
    CONNECT,
    /** TLS handshake. */
    TLS,
    /** Request sent to first byte of the answer. */
    PROCESSING,
    /** First to last byte of the answer. */
    TRANSFER;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
