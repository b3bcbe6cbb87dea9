package network.litewatch.controlplane.ingest;

/**
 * One document for Elasticsearch. Index and id come from the event itself, so that a retry after days still lands once.
 *
 * @param json the source, one line
 */
public record Document(String index, String id, String json) {}
