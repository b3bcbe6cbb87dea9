/**
 * From a fault to the message that tells of it, beside what people run for this today: {@code litewatch bench alerts --peer}. Files,
 * arithmetic and what Slack was told are read without the world; only {@code PagingBench} and {@code LabLink} touch it.
 */
@NullMarked
package network.litewatch.controlplane.bench.paging;

import org.jspecify.annotations.NullMarked;
