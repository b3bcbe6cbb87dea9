package network.litewatch.controlplane.ingest.elastic;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorCause;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.transport.TransportException;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import network.litewatch.controlplane.ingest.BulkTarget;
import network.litewatch.controlplane.ingest.Document;
import org.jspecify.annotations.Nullable;

/** Writes with {@code _bulk} and {@code create}; a request may succeed as a whole and still refuse items, so each is judged. */
public final class BulkWriter implements BulkTarget {
    /** Documents of one request; a round is cut into several above that. */
    private static final int MAX_DOCUMENTS = 2000;

    private final ElasticsearchClient client;

    public BulkWriter(ElasticsearchClient client) {
        this.client = client;
    }

    @Override
    public List<Verdict> write(List<Document> documents) {
        List<Verdict> verdicts = new ArrayList<>(documents.size());
        for (int from = 0; from < documents.size(); from += MAX_DOCUMENTS) {
            verdicts.addAll(writeOne(documents.subList(from, Math.min(documents.size(), from + MAX_DOCUMENTS))));
        }
        return verdicts;
    }

    private List<Verdict> writeOne(List<Document> documents) {
        BulkRequest.Builder request = new BulkRequest.Builder();
        for (Document document : documents) {
            BinaryData source =
                    BinaryData.of(document.json().getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON);
            request.operations(op ->
                    op.create(c -> c.index(document.index()).id(document.id()).document(source)));
        }
        try {
            BulkResponse response = client.bulk(request.build());
            return response.items().stream().map(BulkWriter::verdict).toList();
        } catch (ElasticsearchException e) {
            return all(documents, whole(e.status(), "Elasticsearch answered " + e.status() + ": " + e.getMessage()));
        } catch (TransportException e) {
            return all(documents, whole(e.statusCode(), "Elasticsearch cannot be reached: " + e.getMessage()));
        } catch (IOException e) {
            return all(documents, new Verdict.Retry("Elasticsearch cannot be reached: " + e.getMessage()));
        }
    }

    private static Verdict verdict(BulkResponseItem item) {
        return verdict(item.status(), item.error());
    }

    /** The verdict on one item by its HTTP status; the table of operations practice: 409 on create is success. */
    static Verdict verdict(int status, @Nullable ErrorCause error) {
        String type = error == null || error.type() == null ? "unknown" : error.type();
        String reason = error == null || error.reason() == null ? "status " + status : error.reason();
        if (status >= 200 && status < 300) {
            return new Verdict.Stored();
        }
        return switch (status) {
            case 409 -> new Verdict.Duplicate();
            case 401, 403, 404 -> new Verdict.Misconfigured(type + ": " + reason);
            case 400, 413 -> new Verdict.Poison(type, reason);
            default -> new Verdict.Retry(type + ": " + reason);
        };
    }

    /** A refusal of the request says nothing about a single document, so nothing is ever buried for it. */
    private static Verdict whole(int status, String reason) {
        return switch (status) {
            case 400, 401, 403, 404 -> new Verdict.Misconfigured(reason);
            default -> new Verdict.Retry(reason);
        };
    }

    private static List<Verdict> all(List<Document> documents, Verdict verdict) {
        return documents.stream().map(d -> verdict).toList();
    }
}
