package network.litewatch.controlplane.notify.slack;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import network.litewatch.probe.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request comes from Slack, and for the first time: HMAC-SHA256 of {@code v0:TIMESTAMP:BODY} over the bytes as they came, by
 * the app's signing secret, not older than five minutes. Source: Slack, "Verifying requests from Slack". Thread-safe.
 */
public final class SlackSignature {
    private static final String ALGORITHM = "HmacSHA256";
    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final int REMEMBERED = 10_000;

    private final Secret secret;
    private final InstantSource clock;
    // By our own clock, also where that is one of a test: what is too old is refused by its stamp.
    private final Cache<String, Instant> seen =
            CacheBuilder.newBuilder().maximumSize(REMEMBERED).build();

    public SlackSignature(Secret secret, InstantSource clock) {
        this.secret = secret;
        this.clock = clock;
    }

    /** What is to be made of a request. */
    public enum Verdict {
        GENUINE,
        /** Genuine, and seen before. */
        REPEATED,
        REFUSED
    }

    /** Judges a request by its headers {@code X-Slack-Request-Timestamp} and {@code X-Slack-Signature} and its raw body. */
    public Verdict judge(@Nullable String timestamp, @Nullable String signature, byte[] body) {
        if (timestamp == null || signature == null || !timestamp.matches("\\d{1,12}")) {
            return Verdict.REFUSED;
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), clock.instant());
        if (age.abs().compareTo(FRESH) > 0
                || !MessageDigest.isEqual(
                        signature(timestamp, body).getBytes(StandardCharsets.US_ASCII),
                        signature.getBytes(StandardCharsets.UTF_8))) {
            return Verdict.REFUSED;
        }
        return seen.asMap().putIfAbsent(signature, clock.instant()) == null ? Verdict.GENUINE : Verdict.REPEATED;
    }

    private String signature(String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update(("v0:" + timestamp + ":").getBytes(StandardCharsets.UTF_8));
            return "v0=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }
}
