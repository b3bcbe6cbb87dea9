package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a wallet spent, hour by hour for seven days, and whether its transactions get on.
 *
 * @param balance last seen, wei
 * @param hours wei spent in each past hour, oldest first, at most {@value #KEPT}; an hour that was not seen is 0
 * @param hour the hour that is being added up
 * @param spent in it so far; money that came in is not set off
 * @param nonce last seen
 * @param waitingSince since when something is pending and the nonce has not moved; null when nothing is pending
 */
public record WalletSpend(
        double balance,
        List<Double> hours,
        Instant hour,
        double spent,
        double nonce,
        @Nullable Instant waitingSince) {
    static final int KEPT = 7 * 24;
    private static final int DAY = 24;
    private static final double PERCENTILE = 0.95;

    public WalletSpend {
        hours = List.copyOf(hours);
    }

    static WalletSpend first(double balance, double nonce, double pending, Instant at) {
        return new WalletSpend(balance, List.of(), at.truncatedTo(ChronoUnit.HOURS), 0, nonce, pending > 0 ? at : null);
    }

    WalletSpend step(double nextBalance, double nextNonce, double pending, Instant at) {
        Instant now = at.truncatedTo(ChronoUnit.HOURS);
        double more = Math.max(0, balance - nextBalance);
        boolean waitsOn = pending > 0 && nextNonce == nonce && waitingSince != null;
        Instant waits = waitsOn ? waitingSince : pending > 0 ? at : null;
        if (!now.isAfter(hour)) {
            return new WalletSpend(nextBalance, hours, hour, spent + more, nextNonce, waits);
        }
        List<Double> next = new ArrayList<>(hours);
        next.add(spent);
        // Hours in which nobody looked: what was spent in them counts for this one.
        long unseen = Math.min(KEPT, Duration.between(hour, now).toHours() - 1);
        for (long i = 0; i < unseen; i++) {
            next.add(0.0);
        }
        return new WalletSpend(
                nextBalance, next.subList(Math.max(0, next.size() - KEPT), next.size()), now, more, nextNonce, waits);
    }

    /** Days that the balance lasts at the 95th percentile of what 24 hours in a row cost; empty before one day, or unspent. */
    @JsonIgnore
    OptionalDouble daysLeft() {
        if (hours.size() < DAY) {
            return OptionalDouble.empty();
        }
        double[] days = new double[hours.size() - DAY + 1];
        for (int i = 0; i < days.length; i++) {
            days[i] = hours.subList(i, i + DAY).stream()
                    .mapToDouble(Double::doubleValue)
                    .sum();
        }
        Arrays.sort(days);
        double daily = days[(int) Math.ceil(PERCENTILE * days.length) - 1];
        return daily > 0 ? OptionalDouble.of(balance / daily) : OptionalDouble.empty();
    }

    /** Seconds for which the oldest pending transaction has not got on at {@code at}; 0 when nothing is pending. */
    @JsonIgnore
    double waitingSeconds(Instant at) {
        return waitingSince == null
                ? 0
                : Math.max(0, Duration.between(waitingSince, at).toMillis() / 1e3);
    }
}
