package network.litewatch.probe.http;

/** What came of a request: an answer of any status, or none that is whole. */
public sealed interface HttpResult permits HttpResponse, HttpFailure {
    /** How far the exchange got, and how long each stretch took. */
    WireTrace trace();
}
