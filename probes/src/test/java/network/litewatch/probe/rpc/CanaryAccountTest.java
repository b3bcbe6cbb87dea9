package network.litewatch.probe.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import network.litewatch.probe.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;

final class CanaryAccountTest {
    // The public test key of every development node.
    private static final String KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    @Test
    void signsATransferOfNothingToItself() throws Exception {
        CanaryAccount account = new CanaryAccount(new Secret(KEY), BigInteger.TEN);
        assertThat(account.address()).isEqualTo("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");

        String raw = account.signed(
                31337, BigInteger.TWO, BigInteger.valueOf(25_200), BigInteger.ONE, BigInteger.valueOf(7));

        SignedRawTransaction signed = (SignedRawTransaction) TransactionDecoder.decode(raw);
        assertThat(raw).startsWith("0x02");
        assertThat(signed.getFrom()).isEqualTo(account.address());
        assertThat(signed.getTo()).isEqualTo(account.address());
        assertThat(signed.getValue()).isEqualTo(BigInteger.ZERO);
        assertThat(signed.getNonce()).isEqualTo(2);
    }

    @Test
    void showsItsKeyToNobody() {
        CanaryAccount account = new CanaryAccount(new Secret(KEY), BigInteger.TEN);
        assertThat(account.toString()).doesNotContain(KEY.substring(2, 20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0x1234",
                "not a key at all",
                "0x0000000000000000000000000000000000000000000000000000000000000000"
            })
    void saysWhatAKeyIsAndNotWhatWasWritten(String text) {
        assertThatThrownBy(() -> new CanaryAccount(new Secret(text), BigInteger.TEN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a private key: 64 hex digits");
    }
}
