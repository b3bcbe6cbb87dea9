package network.litewatch.probe.http;

import java.net.SocketException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;

/**
 * Keeps OkHttp from sending a WebSocket's request twice, as it does upon {@code 503} with {@code Retry-After: 0}. It lets
 * nobody near the answers of such a call; only the cookie jar is asked before each sending. Serves one call.
 */
final class AskOnce implements CookieJar {
    private final AtomicInteger sendings = new AtomicInteger();

    /** Whether a second sending was prevented. */
    boolean wasAskedAgain() {
        return sendings.get() > 1;
    }

    @Override
    public List<Cookie> loadForRequest(HttpUrl url) {
        if (sendings.incrementAndGet() > 1) {
            AskOnce.<RuntimeException>raise(new SocketException("a probe asks once"));
        }
        return List.of();
    }

    @Override
    public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {
        // A probe keeps no cookies.
    }

    /** OkHttp, written in Kotlin, expects an IOException here; Java's interface does not let one be declared. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> void raise(Exception e) throws E {
        throw (E) e;
    }
}
