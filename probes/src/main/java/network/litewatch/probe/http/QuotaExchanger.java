package network.litewatch.probe.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;

/**
 * Keeps every probe within what its provider allows: a request that would go beyond the quota of its URL is not sent. A batch
 * of JSON-RPC counts as many calls as it has, as providers count. Thread-safe.
 */
public final class QuotaExchanger implements HttpExchanger {
    private final HttpExchanger exchanger;
    private final Supplier<Map<SecretUrl, Quota>> quotas;

    /** Asks {@code quotas} anew for each request; a URL without one is not limited. */
    public QuotaExchanger(HttpExchanger exchanger, Supplier<Map<SecretUrl, Quota>> quotas) {
        this.exchanger = exchanger;
        this.quotas = quotas;
    }

    @Override
    public CompletableFuture<HttpResult> exchange(HttpRequest request) {
        return allows(request) ? exchanger.exchange(request) : spent();
    }

    @Override
    public CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer) {
        return allows(request) ? exchanger.stream(request, consumer) : spent();
    }

    private boolean allows(HttpRequest request) {
        Quota quota = quotas.get().get(request.url());
        return quota == null || quota.take(calls(request));
    }

    private static int calls(HttpRequest request) {
        return request.json()
                .flatMap(json -> TargetJson.parse(json.getBytes(StandardCharsets.UTF_8)))
                .map(json -> json.isArray() ? json.size() : 1)
                .orElse(1);
    }

    private static CompletableFuture<HttpResult> spent() {
        return CompletableFuture.completedFuture(new HttpFailure(
                Reason.QUOTA_SPENT, "the quota that is configured for this RPC is used up for now", WireTrace.NONE));
    }
}
