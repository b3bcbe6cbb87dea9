package network.litewatch.probe.http;

/**
 * One server-sent event.
 *
 * @param type the event field, {@code message} when there was none
 * @param data the data fields joined by line feeds; malformed UTF-8 is replaced
 */
public record SseEvent(String type, String data) {}
