package network.litewatch.lab.evm;

import java.util.List;

/** Who is who on the lab's chain: accounts of anvil's public test mnemonic, whose keys anvil holds. Worth nothing anywhere else. */
public final class Accounts {

    /** Deploys the contracts and owns them. */
    public static final String OPERATOR = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    /** Submits tasks for callers of the router's API. */
    public static final String ROUTER = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";

    /** Ends tasks whose time is over. */
    public static final String ORACLE = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc";

    /** Every miner that there can be, miner-1 first. */
    public static final List<String> FLEET = List.of(
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
            "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
            "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
            "0x976ea74026e726554db657fa54763abd0c3a0aa9",
            "0x14dc79964da2c08b23698b3d3cc7ca32193d9955",
            "0x23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f",
            "0xa0ee7a142d267c1f36714e4a8f75612f20a79720",
            "0xbcd4042de499d14e55001ccbb24a551f3b954096",
            "0x71be63f3384f5fb98995898a86b02fb2426c5788",
            "0xfabb0ac9d68b0b445fb7357272ff202c5651694a",
            "0x1cbd3b2770909d4e10f157cabc84c7264073c9ec",
            "0xdf3e18d64bc6a983f673ab319ccae4f1a57c7097",
            "0xcd3b766ccdd6ae721141f452c550ca635964ce71",
            "0x2546bcd3c84621e976d8185a91a922ae77ecec30",
            "0xbda5747bfd65f08deb54cb465eb87d40e51b197e",
            "0xdd2fd4581271e230360230f9337d5c0430bf44c0");

    /** Pays for gas and does no work: what goes wrong with it touches nothing else. */
    public static final String WALLET = "0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199";

    /** Another such one, so that two things can go wrong with wallets at the same time. */
    public static final String OTHER_WALLET = "0x02484cb50AAC86Eae85610D6f4Bf026f30f6627D";

    /** Sends nothing to itself, now and then: whoever watches the lab has its key, which is as public as the others. */
    public static final String CANARY = "0x09DB0a93B389bEF724429898f539AEB7ac2Dd55f";

    /** Another such one, which may run out of money while the other one goes on. */
    public static final String OTHER_CANARY = "0x08135Da0A343E492FA2d4282F2AE34c6c5CC1BbE";

    /** How many of anvil's accounts all of these are among; it makes ten unless it is asked for more. */
    public static final int NEEDED = 23;

    /** The miners of a lab that nobody asked for more, miner-1 first. */
    public static final List<String> MINERS = FLEET.subList(0, 3);

    private Accounts() {}
}
