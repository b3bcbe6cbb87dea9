package network.litewatch.controlplane.reputation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evidence of one component, counted. A piece counts half for every half-life that it is older than {@code at}; so the order in
 * which pieces are counted makes no difference but of rounding.
 *
 * @param good faded
 * @param bad faded
 * @param at time of the newest piece; null before the first
 * @param pieces that were ever counted
 * @param newest pieces, newest first; at most {@value #KEPT}, and of those that speak against the node as many more
 */
public record Tally(double good, double bad, @Nullable Instant at, long pieces, List<Piece> newest) {
    public static final Tally NONE = new Tally(0, 0, null, 0, List.of());

    /** As many are named. */
    static final int KEPT = 10;

    private static final Comparator<Piece> ORDER =
            Comparator.comparing(Piece::at).reversed().thenComparing(Piece::id);

    /** What can be looked up. */
    public record Piece(Instant at, String id, double good, double bad, String what) {}

    public Tally {
        newest = newest == null ? List.of() : List.copyOf(newest);
    }

    /** With one more piece; the same as before when it is one of {@link #newest} already. */
    Tally add(Evidence evidence, Duration halfLife) {
        if (newest.stream().anyMatch(piece -> piece.id().equals(evidence.id()))) {
            return this;
        }
        Instant latest = at == null || evidence.at().isAfter(at) ? evidence.at() : at;
        Tally before = fadedTo(latest, halfLife);
        double faded = fading(evidence.at(), latest, halfLife);
        List<Piece> pieces = new ArrayList<>(newest);
        pieces.add(new Piece(evidence.at(), evidence.id(), evidence.good(), evidence.bad(), evidence.what()));
        pieces.sort(ORDER);
        return new Tally(
                before.good + faded * evidence.good(),
                before.bad + faded * evidence.bad(),
                latest,
                this.pieces + 1,
                kept(pieces));
    }

    /** As it counts at {@code now}, which is not before its newest piece. */
    Tally fadedTo(Instant now, Duration halfLife) {
        if (at == null || !now.isAfter(at)) {
            return this;
        }
        double faded = fading(at, now, halfLife);
        return new Tally(good * faded, bad * faded, now, pieces, newest);
    }

    /** Both together, at the later of the two. */
    Tally plus(Tally other, Duration halfLife) {
        if (at == null || other.at == null) {
            return at == null ? other : this;
        }
        Instant latest = at.isAfter(other.at) ? at : other.at;
        Tally one = fadedTo(latest, halfLife);
        Tally two = other.fadedTo(latest, halfLife);
        List<Piece> all = new ArrayList<>(newest);
        all.addAll(other.newest);
        all.sort(ORDER);
        return new Tally(one.good + two.good, one.bad + two.bad, latest, pieces + other.pieces, kept(all));
    }

    private static double fading(Instant from, Instant to, Duration halfLife) {
        return Math.pow(0.5, (double) Duration.between(from, to).toMillis() / halfLife.toMillis());
    }

    /** The newest of each sort: a week of right answers must not hide the wrong ones. */
    private static List<Piece> kept(List<Piece> pieces) {
        List<Piece> kept = new ArrayList<>();
        int against = 0;
        int other = 0;
        for (Piece piece : pieces) {
            boolean speaksAgainst = piece.bad() > 0;
            if (speaksAgainst ? against++ < KEPT : other++ < KEPT) {
                kept.add(piece);
            }
        }
        return kept;
    }
}
