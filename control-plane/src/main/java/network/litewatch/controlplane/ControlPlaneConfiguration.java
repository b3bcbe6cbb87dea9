package network.litewatch.controlplane;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Configuration;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.litewatch.controlplane.assess.DriftPolicy;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.ingest.elastic.ElasticsearchSettings;
import network.litewatch.controlplane.notify.receiver.ReceiverSettings;
import network.litewatch.controlplane.store.RowAges;
import network.litewatch.controlplane.vantage.VantageSettings;
import network.litewatch.probe.Secret;
import org.jspecify.annotations.Nullable;

/** Mirrors {@code litewatch.yml}; every section is immutable and validated before wiring starts. */
public final class ControlPlaneConfiguration extends Configuration {
    @Valid
    @NotNull
    private final NodeSection node;

    @Valid
    @NotNull
    private final FilesSection files;

    @Valid
    @NotNull
    private final DataSourceFactory database;

    @Valid
    @NotNull
    private final ElasticsearchSettings elasticsearch;

    @Valid
    @NotNull
    private final SlackSection slack;

    @Valid
    @NotNull
    private final AuthSettings auth;

    @Valid
    @NotNull
    private final VantageSettings vantages;

    @Valid
    @NotNull
    @JsonProperty
    private DriftSection drift = DriftSection.DEFAULT;

    @Valid
    @NotNull
    @JsonProperty
    private DeadmanSection deadman = DeadmanSection.NONE;

    @NotNull
    @JsonProperty
    private List<ReceiverSettings> receivers = List.of();

    @Valid
    @NotNull
    @JsonProperty
    private DrillSettings drills = DrillSettings.NONE;

    @JsonCreator
    ControlPlaneConfiguration(
            @JsonProperty("node") NodeSection node,
            @JsonProperty("files") FilesSection files,
            @JsonProperty("database") DataSourceFactory database,
            @JsonProperty("elasticsearch") ElasticsearchSettings elasticsearch,
            @JsonProperty("slack") SlackSection slack,
            @JsonProperty("auth") @Nullable AuthSettings auth,
            @JsonProperty("vantages") @Nullable VantageSettings vantages) {
        this.node = node;
        this.files = files;
        this.database = database;
        this.elasticsearch = elasticsearch;
        this.slack = slack;
        this.auth = auth == null ? AuthSettings.NONE : auth;
        this.vantages = vantages == null ? VantageSettings.NONE : vantages;
    }

    public NodeSection node() {
        return node;
    }

    public FilesSection files() {
        return files;
    }

    public DataSourceFactory database() {
        return database;
    }

    public ElasticsearchSettings elasticsearch() {
        return elasticsearch;
    }

    public SlackSection slack() {
        return slack;
    }

    public AuthSettings auth() {
        return auth;
    }

    public VantageSettings vantages() {
        return vantages;
    }

    /** Systems besides Slack that are told of incidents. */
    public List<ReceiverSettings> receivers() {
        return receivers;
    }

    DrillSettings drills() {
        return drills;
    }

    public DriftSection drift() {
        return drift;
    }

    /**
     * What detectors of drift go by.
     *
     * @param promised share of runs that are ok, of a target that keeps its promise
     * @param falseAlarm how far false alarms about a target are apart
     */
    public record DriftSection(
            @DecimalMin(value = "0.5", inclusive = false) @DecimalMax(value = "1", inclusive = false)
            double promised,

            @NotNull @MinDuration(value = 1, unit = TimeUnit.HOURS)
            Duration falseAlarm) {
        static final DriftSection DEFAULT = new DriftSection(
                DriftPolicy.DEFAULT.promised(),
                Duration.seconds(DriftPolicy.DEFAULT.falseAlarm().toSeconds()));

        DriftPolicy policy() {
            return new DriftPolicy(promised, falseAlarm.toJavaDuration());
        }
    }

    /**
     * This node of the cluster.
     *
     * @param name unique in the cluster; also the vantage of what it sees
     * @param publicUrl how people reach the API, for links in messages; no trailing slash
     * @param grafanaUrl base URL of Grafana for links; empty when there is none
     * @param shards number of shards, the same on all nodes
     * @param retention how long daily indices are kept
     * @param rows how long PostgreSQL keeps what nothing else ends; {@link RowAges#DEFAULT} where it is left out
     */
    public record NodeSection(
            @NotEmpty String name,
            @NotEmpty String publicUrl,
            @NotNull String grafanaUrl,
            @Min(1) @Max(256) int shards,
            @NotNull Duration retention,
            @Nullable RowAges rows) {
        @Override
        public RowAges rows() {
            return rows == null ? RowAges.DEFAULT : rows;
        }
    }

    /**
     * Files that people write; relative paths start at the configuration file's folder.
     *
     * @param networks network profiles to watch
     * @param rules folder of rule files
     * @param runbooks folder of runbooks
     * @param dashboards folder of the dashboards that Grafana is provisioned with, which runbooks name; absent where there is none
     * @param watch how often it is looked whether any has changed; five seconds where it is left out, 0s never
     */
    public record FilesSection(
            @NotEmpty List<Path> networks,
            @NotNull Path rules,
            @NotNull Path runbooks,
            @Nullable Path dashboards,
            @Nullable Duration watch) {
        @Override
        public Duration watch() {
            return watch == null ? Duration.seconds(5) : watch;
        }
    }

    /**
     * Slack.
     *
     * @param token bot token; empty sends alerts to the log instead
     * @param apiUrl base of the Web API
     * @param drillChannel where incidents of drills are told; empty or absent for the same channel
     * @param digestChannel where one message tells of all that is not critical; empty or absent tells of each by a message in the same channel
     * @param digestEvery for how long that message is edited before what changes begins another one; an hour where it is left out
     * @param mention what calls whoever is on call: {@code <!subteam^S...>}, {@code <@U...>} or {@code <!here>}; empty or absent to call nobody
     * @param interactions buttons of messages; absent for none
     */
    public record SlackSection(
            @NotNull String token,
            @NotEmpty String channel,
            @NotEmpty String apiUrl,
            @Nullable String drillChannel,
            @JsonAlias("digest_channel") @Nullable String digestChannel,

            @JsonAlias("digest_every") @Nullable @MinDuration(value = 1, unit = TimeUnit.MINUTES)
            Duration digestEvery,

            @Nullable @Pattern(regexp = "(<(!subteam\\^S|@[UW])[A-Z0-9]{2,}>|<!here>|<!channel>)?")
            String mention,

            @Valid @Nullable InteractionsSection interactions) {
        /** For how long one message tells of all that is not critical; empty where each has its own. */
        Optional<java.time.Duration> digest() {
            return digestChannel == null || digestChannel.isEmpty()
                    ? Optional.empty()
                    : Optional.of(digestEvery == null ? java.time.Duration.ofHours(1) : digestEvery.toJavaDuration());
        }

        /** What is wrong that no single field shows, each with its field; repeats no secret. */
        List<String> problems() {
            return interactions == null ? List.of() : interactions.problems();
        }

        /** Prints no token. */
        @Override
        public String toString() {
            return "Slack[" + channel + "]";
        }
    }

    /**
     * What people do in Slack, of which it tells by one of two ways; without either no buttons are shown.
     *
     * @param signingSecret of the Slack app, by which the requests are known that it sends to our endpoint; empty or absent for none
     * @param appToken app-level token (xapp-...), by which we open a socket to Slack (Socket Mode); empty or absent for none
     * @param users who may do what
     */
    public record InteractionsSection(
            @Nullable String signingSecret,
            @Nullable String appToken,
            @Valid @Nullable List<SlackUser> users) {
        private static final java.util.regex.Pattern APP_TOKEN = java.util.regex.Pattern.compile("xapp-[A-Za-z0-9-]+");

        Optional<Secret> signing() {
            return given(signingSecret);
        }

        Optional<Secret> app() {
            return given(appToken);
        }

        /** What is wrong with it, each with its field; repeats no secret. */
        List<String> problems() {
            List<String> problems = new ArrayList<>();
            if (signing().isPresent() && app().isPresent()) {
                problems.add(
                        "slack.interactions.appToken: stands beside signingSecret, and Slack tells an app of presses over a socket"
                                + " or at its request URL, never both ways: leave one of them empty");
            }
            app().filter(token -> !APP_TOKEN.matcher(token.reveal()).matches())
                    .ifPresent(token ->
                            problems.add("slack.interactions.appToken: must be an app-level token (xapp-...) with the"
                                    + " scope connections:write; the bot's belongs into slack.token"));
            return problems;
        }

        private static Optional<Secret> given(@Nullable String secret) {
            return Optional.ofNullable(secret).filter(text -> !text.isEmpty()).map(Secret::new);
        }

        /** Prints no secret. */
        @Override
        public String toString() {
            return "Interactions" + users;
        }
    }

    /**
     * A person in Slack.
     *
     * @param id of the user, as U0123ABC
     * @param name for the audit log, after {@code slack:}
     * @param role viewer, operator or admin
     */
    public record SlackUser(
            @Pattern(regexp = "[UW][A-Z0-9]{2,}") @NotNull String id,
            @NotEmpty String name,

            @Pattern(regexp = "viewer|operator|admin") @NotNull
            String role) {}

    public DeadmanSection deadman() {
        return deadman;
    }

    /**
     * Who is told that all is well, as long as it is.
     *
     * @param url asked by GET, a secret; empty tells nobody
     */
    public record DeadmanSection(
            @NotNull String url,

            @NotNull @MinDuration(value = 5, unit = TimeUnit.SECONDS)
            Duration every) {
        static final DeadmanSection NONE = new DeadmanSection("", Duration.minutes(1));

        /** Prints no URL. */
        @Override
        public String toString() {
            return "Deadman[" + every + "]";
        }
    }
}
