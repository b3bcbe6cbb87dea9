package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.common.net.UrlEscapers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.reputation.Formula;
import network.litewatch.controlplane.reputation.Interval;
import network.litewatch.controlplane.reputation.NodeRecord;
import network.litewatch.controlplane.reputation.Score;
import network.litewatch.controlplane.reputation.Tally;
import org.jspecify.annotations.Nullable;

/**
 * A node's reputation, and what it is made of.
 *
 * @param operator null where none is known
 * @param formula version of the formula in force
 * @param countedBy version by which evidence faded last
 * @param interval null while there is not enough evidence
 * @param yesterday what it was at the end of the last UTC day, by the formula in force; null where nothing was counted then
 * @param away absences that were announced
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReputationDetail(
        String node,
        String network,
        @Nullable String operator,
        String formula,
        String countedBy,
        Instant at,
        @Nullable Interval interval,
        double known,
        List<Part> components,
        @Nullable Yesterday yesterday,
        List<Absence> away) {
    /**
     * One component.
     *
     * @param good pieces for the node, faded
     * @param bad pieces against the node, faded
     * @param pieces that were ever counted
     * @param interval of its share alone
     * @param counts whether it is in the score: it is once it has evidence enough
     * @param evidence the newest for and against the node
     */
    public record Part(
            String component,
            double weight,
            boolean counts,
            double good,
            double bad,
            long pieces,
            Interval interval,
            List<Piece> evidence) {}

    /**
     * One piece of evidence.
     *
     * @param id of its document
     * @param observation where this API shows it
     */
    public record Piece(String id, Instant at, double good, double bad, String what, String observation) {}

    /**
     * What changed.
     *
     * @param at when that day ended
     * @param change of the score's middle; null where there was no score then, or is none now
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Yesterday(
            Instant at,
            @Nullable Interval interval,
            @Nullable Double change,
            List<PartChange> components) {}

    /**
     * What changed of one component.
     *
     * @param pieces counted since
     * @param change of the middle of its share
     */
    public record PartChange(String component, long pieces, double change) {}

    /** An absence that was announced. */
    public record Absence(Instant from, Instant to, String why) {}

    static ReputationDetail of(NodeRecord record, Score score, Optional<Score> yesterday, Formula formula) {
        return new ReputationDetail(
                record.node().value(),
                record.network().value(),
                record.operator().isEmpty() ? null : record.operator(),
                score.formula(),
                record.formula(),
                score.at(),
                score.interval().orElse(null),
                score.known(),
                score.parts().stream().map(part -> part(record, part)).toList(),
                yesterday.map(before -> changed(before, score)).orElse(null),
                formula.away().stream()
                        .filter(away -> away.node().equals(record.node()))
                        .map(away -> new Absence(away.from(), away.to(), away.why()))
                        .toList());
    }

    private static Part part(NodeRecord record, Score.Part part) {
        return new Part(
                part.component().label(),
                part.weight(),
                part.counts(),
                part.tally().good(),
                part.tally().bad(),
                part.tally().pieces(),
                part.interval(),
                part.tally().newest().stream()
                        .map(piece -> piece(record, piece))
                        .toList());
    }

    private static Piece piece(NodeRecord record, Tally.Piece piece) {
        int space = piece.what().indexOf(' ');
        String probe = space < 0 ? piece.what() : piece.what().substring(0, space);
        String observation = "/api/v1/observations?target="
                + UrlEscapers.urlFormParameterEscaper().escape(record.node().value())
                + "&probe=" + UrlEscapers.urlFormParameterEscaper().escape(probe)
                + "&from=" + piece.at() + "&to=" + piece.at().plusMillis(1);
        return new Piece(piece.id(), piece.at(), piece.good(), piece.bad(), piece.what(), observation);
    }

    private static Yesterday changed(Score before, Score now) {
        List<PartChange> changes = new ArrayList<>();
        for (int i = 0; i < now.parts().size(); i++) {
            Score.Part then = before.parts().get(i);
            Score.Part part = now.parts().get(i);
            changes.add(new PartChange(
                    part.component().label(),
                    part.tally().pieces() - then.tally().pieces(),
                    part.interval().point() - then.interval().point()));
        }
        return new Yesterday(
                before.at(),
                before.interval().orElse(null),
                before.interval()
                        .flatMap(then -> now.interval().map(current -> current.point() - then.point()))
                        .orElse(null),
                changes);
    }
}
