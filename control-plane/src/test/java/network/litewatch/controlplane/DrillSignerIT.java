package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import network.litewatch.controlplane.embedded.SharedStores;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class DrillSignerIT {
    private static final Jdbi JDBI = SharedStores.get().database("drill_key");

    @Test
    void whatWasSignedIsKnownAndWhatWasChangedIsNot() throws Exception {
        JsonNode journal =
                new ObjectMapper().readTree("{\"litewatch\":{\"verdict\":\"proved\",\"seconds_to_fire\":12.25}}");
        DrillSigner signer = DrillSigner.of(JDBI);
        String signed = signer.sign(journal);

        assertThat(DrillSigner.verify(signed, signer.publicKey())).isTrue();
        // Another node has the same keys.
        assertThat(DrillSigner.verify(signed, DrillSigner.of(JDBI).publicKey())).isTrue();
        assertThat(DrillSigner.verify(signed.replace("12.25", "11.25"), signer.publicKey()))
                .isFalse();
        assertThat(DrillSigner.verify(signed.replace("proved", "late"), signer.publicKey()))
                .isFalse();
        String another =
                DrillSigner.of(SharedStores.get().database("drill_key_other")).publicKey();
        assertThat(DrillSigner.verify(signed, another)).isFalse();
        assertThat(DrillSigner.verify("{}", signer.publicKey())).isFalse();
        assertThat(DrillSigner.verify("not JSON", signer.publicKey())).isFalse();
    }
}
