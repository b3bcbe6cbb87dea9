/** Elasticsearch: the connection, the strict templates, bulk writing with a verdict per item, search and retention. */
@NullMarked
package network.litewatch.controlplane.ingest.elastic;

import org.jspecify.annotations.NullMarked;
