package network.litewatch.controlplane.ingest;

import java.util.List;

/** Where the shipper brings documents: asks for all, and gets one verdict for each. */
public interface BulkTarget {
    /** What became of each document, in order. Never throws for anything the other side does. */
    List<Verdict> write(List<Document> documents);

    /** What became of one document. */
    sealed interface Verdict {
        /** Stored now. */
        record Stored() implements Verdict {}

        /** Stored by an earlier try whose answer was lost. */
        record Duplicate() implements Verdict {}

        /** Not now: back-pressure, a time-out, a lost connection. */
        record Retry(String reason) implements Verdict {}

        /** Never: the document itself is refused. */
        record Poison(String type, String reason) implements Verdict {}

        /** Not before somebody mends the configuration; the document is good. */
        record Misconfigured(String reason) implements Verdict {}
    }
}
