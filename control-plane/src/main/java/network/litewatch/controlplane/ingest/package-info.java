/**
 * Keeps what was observed: a row of the outbox per batch, committed with everything that was concluded from it, and a
 * shipper that brings rows to Elasticsearch, each document once.
 *
 * <p>Fed by the pipeline; knows nothing of judgement.
 */
@NullMarked
package network.litewatch.controlplane.ingest;

import org.jspecify.annotations.NullMarked;
