package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jdbi.v3.core.Jdbi;

/** Signs journals by Ed25519, with one pair of keys for all nodes, and checks them. */
final class DrillSigner {
    private static final String ALGORITHM = "Ed25519";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrivateKey secret;
    private final String publicKey;

    private DrillSigner(PrivateKey secret, String publicKey) {
        this.secret = secret;
        this.publicKey = publicKey;
    }

    /** The service's own; the first who asks makes the keys. */
    static DrillSigner of(Jdbi jdbi) {
        return jdbi.withHandle(handle -> {
            KeyPair fresh = pair();
            handle.createUpdate("INSERT INTO drill_key (id, public_key, private_key) VALUES (1, :open, :secret)"
                            + " ON CONFLICT DO NOTHING")
                    .bind("open", fresh.getPublic().getEncoded())
                    .bind("secret", fresh.getPrivate().getEncoded())
                    .execute();
            return handle.createQuery("SELECT public_key, private_key FROM drill_key WHERE id = 1")
                    .map((rs, context) -> new DrillSigner(
                            secret(rs.getBytes("private_key")),
                            Base64.getEncoder().encodeToString(rs.getBytes("public_key"))))
                    .one();
        });
    }

    /** The public key, in Base64 of its X.509 form. */
    String publicKey() {
        return publicKey;
    }

    /** {@code journal} with its signature beside it. */
    String sign(JsonNode journal) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(secret);
            signature.update(bytes(journal));
            ObjectNode signed = JSON.createObjectNode();
            signed.set("journal", journal);
            signed.putObject("signature")
                    .put("algorithm", ALGORITHM)
                    .put("key", publicKey)
                    .put("value", Base64.getEncoder().encodeToString(signature.sign()));
            return signed.toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK does not sign by " + ALGORITHM, e);
        }
    }

    /** Whether {@code signed} is what the holder of the public key {@code key} signed, to the last character. */
    static boolean verify(String signed, String key) {
        try {
            JsonNode read = JSON.readTree(signed);
            PublicKey open = KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(key)));
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(open);
            signature.update(bytes(read.path("journal")));
            return signature.verify(
                    Base64.getDecoder().decode(read.at("/signature/value").asText()));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** As compact JSON, which has one writing for what was read. */
    private static byte[] bytes(JsonNode journal) {
        return journal.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
        }
    }

    private static PrivateKey secret(byte[] encoded) {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the stored key of journals is no " + ALGORITHM + " key", e);
        }
    }
}
