package network.litewatch.probe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import org.junit.jupiter.api.Test;

class QuotaTest {
    private static final SecretUrl RPC = SecretUrl.parse("http://rpc.example/key");

    private final AtomicLong now = new AtomicLong();

    @Test
    void aDayNeverHasMoreThanItsQuotaAndWhatWasSaved() {
        Quota quota = new Quota(86_400, Duration.ofDays(1), now::get);
        int taken = 0;
        for (int tick = 0; tick < 864_000; tick++) {
            taken += quota.take(1) ? 1 : 0;
            now.addAndGet(100_000_000);
        }
        assertThat(taken).isBetween(86_400, 86_400 + 25);
    }

    @Test
    void whatIsNotUsedIsNotSavedForADay() {
        Quota quota = new Quota(86_400, Duration.ofDays(1), now::get);
        now.addAndGet(Duration.ofHours(12).toNanos());
        int taken = 0;
        while (quota.take(1)) {
            taken++;
        }
        assertThat(taken).isEqualTo(25);
    }

    @Test
    void aBatchCountsEachOfItsCallsAndIsWholeOrNotAtAll() {
        FakeExchanger wire = new FakeExchanger(request -> new HttpResponse(200, Map.of(), new byte[0], WireTrace.NONE));
        Quota quota = new Quota(1, Duration.ofSeconds(1), now::get);
        QuotaExchanger exchanger = new QuotaExchanger(wire, () -> Map.of(RPC, quota));

        for (int i = 0; i < 4; i++) {
            assertThat(exchanger.exchange(batchOf(6)).join()).isInstanceOf(HttpResponse.class);
        }
        HttpResult fifth = exchanger.exchange(batchOf(6)).join();

        assertThat(((HttpFailure) fifth).outcome())
                .satisfies(o -> assertThat(o.kind()).isEqualTo(Outcome.Kind.NOT_RUN))
                .satisfies(o -> assertThat(o.reason()).isEqualTo(Reason.QUOTA_SPENT));
        assertThat(wire.requests()).hasSize(4);
        now.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(exchanger.exchange(batchOf(6)).join()).isInstanceOf(HttpResponse.class);
    }

    @Test
    void otherUrlsAreNotLimited() {
        FakeExchanger wire = new FakeExchanger(request -> new HttpResponse(200, Map.of(), new byte[0], WireTrace.NONE));
        QuotaExchanger exchanger = new QuotaExchanger(wire, Map::of);
        for (int i = 0; i < 100; i++) {
            exchanger.exchange(batchOf(6)).join();
        }
        assertThat(wire.requests()).hasSize(100);
    }

    private static HttpRequest batchOf(int calls) {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}";
        return HttpRequest.post(
                RPC,
                Optional.empty(),
                "[" + String.join(",", Collections.nCopies(calls, call)) + "]",
                Duration.ofSeconds(1));
    }
}
