package network.litewatch.controlplane.store;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long rows are kept that nothing else ends. All are optional in the configuration.
 *
 * @param chainRanges digests of block ranges, for the hourly audit of an old one; 90 days by default
 * @param deadLetters documents that Elasticsearch refused for good; 30 days
 * @param notifications what people were told of incidents that are over, and silences that have ended; 90 days
 * @param checkpoints of series that are not observed any more; 90 days
 * @param spending what canaries cost; 31 days
 */
public record RowAges(
        Duration chainRanges, Duration deadLetters, Duration notifications, Duration checkpoints, Duration spending) {
    public static final RowAges DEFAULT = new RowAges(null, null, null, null, null);

    @JsonCreator
    public RowAges(
            @JsonProperty("chainRanges") @Nullable Duration chainRanges,
            @JsonProperty("deadLetters") @Nullable Duration deadLetters,
            @JsonProperty("notifications") @Nullable Duration notifications,
            @JsonProperty("checkpoints") @Nullable Duration checkpoints,
            @JsonProperty("spending") @Nullable Duration spending) {
        this.chainRanges = atLeastADay("chainRanges", chainRanges, 90);
        this.deadLetters = atLeastADay("deadLetters", deadLetters, 30);
        this.notifications = atLeastADay("notifications", notifications, 90);
        this.checkpoints = atLeastADay("checkpoints", checkpoints, 90);
        this.spending = atLeastADay("spending", spending, 31);
    }

    private static Duration atLeastADay(String name, @Nullable Duration age, int days) {
        Duration given = age == null ? Duration.days(days) : age;
        if (given.toMilliseconds() < Duration.days(1).toMilliseconds()) {
            throw new IllegalArgumentException("rows." + name + " must be 1d or more: " + given);
        }
        return given;
    }
}
