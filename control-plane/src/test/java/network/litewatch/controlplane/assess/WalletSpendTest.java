package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WalletSpendTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void daysAreKnownAfterADayOfData() {
        WalletSpend wallet = WalletSpend.first(1_000, 0, 0, T0);
        for (int hour = 1; hour <= 23; hour++) {
            wallet = wallet.step(1_000 - 10 * hour, hour, 0, at(hour, 0));
        }
        assertThat(wallet.daysLeft()).isEmpty();

        wallet = wallet.step(760, 24, 0, at(24, 0));

        // 23 past hours at 10 and the first at 0: 230 in the only day that there is.
        assertThat(wallet.daysLeft()).hasValue(760 / 230.0);
    }

    @Test
    void theDayThatFewAreDearerThanCounts() {
        double balance = 100_000;
        WalletSpend wallet = WalletSpend.first(balance, 0, 0, T0);
        // The dear hours come first: days are not dearer because they are newer.
        for (int hour = 1; hour <= 60; hour++) {
            balance -= hour <= 10 ? 100 : 1;
            wallet = wallet.step(balance, hour, 0, at(hour, 0));
        }

        // Of 37 days the dearest took ten hours at 100 and 14 at 1, the next one of these 14 fewer, the third an hour
        // at 100 less.
        assertThat(wallet.daysLeft()).hasValue(balance / 1_013);
        assertThat(WalletSpend.first(1, 5, 0, T0).waitingSeconds(T0.plusSeconds(60)))
                .isZero();
    }

    @Test
    void moneyThatComesInIsNotSetOffAgainstWhatIsSpent() {
        WalletSpend wallet = WalletSpend.first(100, 0, 0, T0);
        wallet = wallet.step(40, 1, 0, at(0, 10));
        wallet = wallet.step(5_000, 1, 0, at(0, 20));
        wallet = wallet.step(4_990, 2, 0, at(0, 30));

        assertThat(wallet.spent()).isEqualTo(70);
        assertThat(wallet.balance()).isEqualTo(4_990);
    }

    @Test
    void hoursThatNobodyLookedAtCountOnceWithWhatWasSpentInThem() {
        WalletSpend wallet = WalletSpend.first(1_000, 0, 0, T0).step(760, 9, 0, at(30, 0));

        assertThat(wallet.hours()).hasSize(30).allMatch(spent -> spent == 0);
        assertThat(wallet.spent()).isEqualTo(240);
        assertThat(wallet.step(760, 9, 0, at(31, 0)).daysLeft()).hasValue(760 / 240.0);
    }

    @Test
    void aWalletThatSpendsNothingLastsForNobodyKnowsHowLong() {
        WalletSpend wallet = WalletSpend.first(1_000, 0, 0, T0);
        for (int hour = 1; hour <= 200; hour++) {
            wallet = wallet.step(1_000, 0, 0, at(hour, 0));
        }

        assertThat(wallet.hours()).hasSize(WalletSpend.KEPT);
        assertThat(wallet.daysLeft()).isEmpty();
    }

    @Test
    void waitingIsCountedFromTheLastProgress() {
        WalletSpend wallet = WalletSpend.first(1, 5, 2, T0);
        assertThat(wallet.waitingSeconds(T0.plusSeconds(60))).isEqualTo(60);

        WalletSpend moved = wallet.step(1, 6, 1, T0.plusSeconds(60));
        assertThat(moved.waitingSeconds(T0.plusSeconds(100))).isEqualTo(40);
        assertThat(moved.step(1, 6, 3, T0.plusSeconds(90)).waitingSeconds(T0.plusSeconds(100)))
                .isEqualTo(40);
        assertThat(moved.step(1, 7, 0, T0.plusSeconds(90)).waitingSeconds(T0.plusSeconds(900)))
                .isZero();
    }

    private static Instant at(int hour, int minute) {
        return T0.plusSeconds(hour * 3600L + minute * 60L);
    }
}
