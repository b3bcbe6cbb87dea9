package network.litewatch.probe.chain;

import java.util.List;
import java.util.Map;

/**
 * What one reading of a range gave, checked: each log stands in a block of {@code headers}, and the headers' parents are one
 * another as far as they are neighbours.
 *
 * @param to the last block that was read, which may be before what was wanted
 * @param headers by number: every block that has logs, the last one, and all of the range when it was read link by link
 * @param logs by block and index
 * @param healed logs that the first answer had left out and a second one, asked because of a header's bloom, had
 * @param limit what was learnt of the RPC
 */
public record LogRange(
        long from, long to, Map<Long, BlockHeader> headers, List<ChainLog> logs, int healed, RangeLimit limit) {
    public LogRange {
        headers = Map.copyOf(headers);
        logs = List.copyOf(logs);
    }
}
