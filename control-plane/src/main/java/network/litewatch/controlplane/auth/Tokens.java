package network.litewatch.controlplane.auth;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Bearer tokens: 256 random bits behind {@code lw_}, known to us by their SHA-256 only. A plain hash is enough for what
 * cannot be guessed; it would not be for a password.
 */
public final class Tokens {
    private static final int BYTES = 32;

    private final AuthSettings settings;

    public Tokens(AuthSettings settings) {
        this.settings = settings;
    }

    /** A new token and the hash to configure. */
    public record Minted(String token, String sha256) {}

    /** Makes a token; {@code random} must be cryptographically strong. */
    public static Minted mint(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String token = "lw_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new Minted(token, sha256(token));
    }

    /** Whether people need a token. */
    public boolean configured() {
        return settings.forPeople();
    }

    /** Whose token it is. Compares with every hash, in time that does not depend on where it fits. */
    public Optional<Caller> caller(String token) {
        byte[] hash = sha256(token).getBytes(StandardCharsets.US_ASCII);
        Optional<Caller> found = Optional.empty();
        for (AuthSettings.Entry entry : settings.tokens()) {
            if (MessageDigest.isEqual(hash, entry.sha256().getBytes(StandardCharsets.US_ASCII))) {
                found = Optional.of(new Caller(entry.name(), Role.named(entry.role())));
            }
        }
        return found;
    }

    private static String sha256(String token) {
        return Hashing.sha256().hashString(token, StandardCharsets.UTF_8).toString();
    }
}
