package network.litewatch.controlplane.ingest.elastic;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes daily indices that are past their time, by their exact name and nothing by pattern. */
public final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu.MM.dd");

    private final ElasticsearchClient client;
    private final InstantSource clock;
    private final Duration keep;

    /** Keeps indices of the last {@code keep}, in whole days. */
    public Retention(ElasticsearchClient client, InstantSource clock, Duration keep) {
        this.client = client;
        this.clock = clock;
        this.keep = keep;
    }

    /** Deletes what is due and returns the names. */
    public List<String> run() {
        try {
            LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
            List<String> due = expired(
                    client.indices().get(b -> b.index("litewatch-*")).result().keySet(),
                    today.minusDays(keep.toDays()));
            for (String index : due) {
                client.indices().delete(b -> b.index(index));
                LOG.info("index past its time deleted: index={}", index);
            }
            return due;
        } catch (IOException e) {
            throw new UncheckedIOException("retention could not reach Elasticsearch", e);
        }
    }

    /** Those of {@code indices} that are ours, daily, and of a day before {@code oldest}. */
    static List<String> expired(Collection<String> indices, LocalDate oldest) {
        return indices.stream()
                .filter(index -> index.matches(
                        "litewatch-(observations|alerts|chain-events|summaries|drills)-\\d{4}\\.\\d{2}\\.\\d{2}"))
                .filter(index -> isBefore(index.substring(index.length() - 10), oldest))
                .sorted()
                .toList();
    }

    private static boolean isBefore(String day, LocalDate oldest) {
        try {
            return LocalDate.parse(day, DAY).isBefore(oldest);
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
