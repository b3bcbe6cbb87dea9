package network.litewatch.probe.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is known of Nitro's events and batches without a chain; the lab's trials have one. */
final class RollupParentProbeTest {
    @Test
    void theTopicsAreThoseOfTheDeployedContracts() {
        assertThat(RollupParentProbe.BATCH)
                .isEqualTo("0x7394f4a19a13c7b92b5bb71033245305946ef78452f7b4986ac1390b5df4ebd7");
        assertThat(RollupParentProbe.NODE_CREATED)
                .isEqualTo("0x4f4caa9e67fb994e349dd35d1ad0ce23053d4323f83ce11dc817b5435031d096");
        assertThat(RollupParentProbe.ASSERTION_CREATED)
                .isEqualTo("0x901c3aee23cf4478825462caaab375c606ab83516060388344f0650340753630");
    }

    @Test
    void findsTheFirstByteOfABatchAndNoneInWhatIsNoBatch() {
        String call = "0x8f111f3c" + word(7) + word(0xc0) + word(0).repeat(4) + word(3);
        assertThat(RollupParentProbe.firstByte(call + "880102" + "0".repeat(58)))
                .contains(0x88);
        assertThat(RollupParentProbe.firstByte(call + "00ff")).contains(0);
        assertThat(RollupParentProbe.firstByte(call)).isEmpty();
        assertThat(RollupParentProbe.firstByte("0x8f111f3c")).isEmpty();
        assertThat(RollupParentProbe.firstByte("0x8f111f3c" + word(7) + "f".repeat(64)))
                .isEmpty();
        assertThat(RollupParentProbe.firstByte("no hex")).isEmpty();
    }

    @Test
    void readsTheFirstChildOfAnAssertionAndOfANode() {
        String hash = "0x" + "ab".repeat(32);
        String assertion = "0x" + word(77) + word(0).repeat(5);
        assertThat(RollupConfirmation.ofAssertion(hash)).isEqualTo(RollupConfirmation.ASSERTION + "ab".repeat(32));
        assertThat(RollupConfirmation.word(assertion, RollupConfirmation.firstChild(hash)))
                .contains(77.0);

        String number = "0x" + word(12);
        String node = "0x" + "ff".repeat(96) + word(0).repeat(5) + word(78) + word(0).repeat(2) + "ff".repeat(32);
        assertThat(RollupConfirmation.ofAssertion(number)).isEqualTo(RollupConfirmation.NODE + word(12));
        assertThat(RollupConfirmation.word(node, RollupConfirmation.firstChild(number)))
                .contains(78.0);

        assertThat(RollupConfirmation.word(node, 0)).as("a hash is no block").isEmpty();
        assertThat(RollupConfirmation.word("0x" + word(1), 8)).isEmpty();
        assertThat(RollupConfirmation.word("0x", 0)).isEmpty();
        assertThat(RollupConfirmation.isWord("0xzz")).isFalse();
    }

    private static String word(int value) {
        return String.format("%064x", value);
    }
}
