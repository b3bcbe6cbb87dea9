package network.litewatch.probe.rpc;

import java.math.BigInteger;
import network.litewatch.probe.Secret;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/**
 * The account that canary transactions are sent from. Its key signs and is shown to nobody.
 *
 * @param cap wei that may be spent in any 24 hours, fees at their most
 */
public record CanaryAccount(Secret key, BigInteger cap) {
    private static final String KEY = "(0x)?[0-9a-fA-F]{64}";

    public CanaryAccount {
        // Neither the text nor an error of the cryptography below, which may repeat it.
        if (!key.reveal().matches(KEY) || Numeric.toBigInt(key.reveal()).signum() == 0) {
            throw new IllegalArgumentException("must be a private key: 64 hex digits");
        }
        if (cap.signum() <= 0) {
            throw new IllegalArgumentException("the cap on what is spent must be above 0");
        }
    }

    /** The account's address, 0x and 40 lower-case hex digits. */
    public String address() {
        return Credentials.create(key.reveal()).getAddress();
    }

    /** A transfer of nothing from the account to itself, signed: 0x and hex. */
    String signed(long chainId, BigInteger nonce, BigInteger gas, BigInteger priority, BigInteger most) {
        RawTransaction transaction =
                RawTransaction.createTransaction(chainId, nonce, gas, address(), BigInteger.ZERO, "", priority, most);
        return Numeric.toHexString(
                TransactionEncoder.signMessage(transaction, chainId, Credentials.create(key.reveal())));
    }
}
