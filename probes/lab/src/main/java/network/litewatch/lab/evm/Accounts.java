package network.litewatch.lab.evm;

import java.util.List;

/** Who is who on the lab's chain: accounts of anvil's public test mnemonic, whose keys anvil holds. Worth nothing anywhere else. */
public final class Accounts {

    /** Deploys the contracts and owns them. */
    public static final String OPERATOR = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    /** Submits tasks for callers of the router's API. */
    public static final String ROUTER = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";

    /** The miners, miner-1 first. */
    public static final List<String> MINERS = List.of(
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
            "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
            "0x90F79bf6EB2c4f870365E785982E1f101E93b906");

    private Accounts() {}
}
