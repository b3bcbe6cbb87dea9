package network.litewatch.probe.http;

/** Takes the events of one stream, one at a time and in order; must not block. */
@FunctionalInterface
public interface SseConsumer {
    /**
     * Takes the next event.
     *
     * @param nanos the exchanger's monotonic clock when the event's last byte had been read, comparable with
     *     {@link WireTrace#sentNanos()}
     * @return whether to go on reading; false ends the exchange as a success
     */
    boolean accept(SseEvent event, long nanos);
}
