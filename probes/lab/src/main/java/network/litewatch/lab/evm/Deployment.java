package network.litewatch.lab.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;

/**
 * Our contracts on a fresh chain, and what they hold at the start: each miner registered with a level, session k dedicated to miner k,
 * one more session shared by all of them, and a stake of each.
 */
public record Deployment(
        String cognitiveLevel, String cognitive, String sessionV2, String sessionQueueV2, String stakingPool) {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_LEVEL = 5; // of a node, as CognitiveLevel has it
    private static final int BLOCK_HOLDS = 40; // transactions, by the gas that each may use
    private static final BigInteger COR = BigInteger.TEN.pow(18);
    private static final long STAKE = 10_000; // what the network asks of a node
    private static final long SMALL_STAKE = 9_000;
    private static final int SMALL_STAKER = 3; // the miner that has staked too little
    private static final int DEDICATED = 1; // a session's mode; 0 is "ephemeral"

    /** A miner to seed: its account and the number of the model that its session is for. */
    public record Node(String account, int model) {}

    /**
     * Deploys in a fixed order from a fixed account, so that the addresses are the same on every fresh chain.
     *
     * @param bytecodes what {@link SolidityCompiler#compile} gave
     * @param nodes the miners, miner-1 first
     * @throws EvmException when the chain refuses
     */
    public static Deployment onto(EvmClient chain, Map<String, String> bytecodes, List<Node> nodes) {
        String level = chain.deploy(Accounts.OPERATOR, code(bytecodes, "CognitiveLevel"));
        String cognitive = chain.deploy(Accounts.OPERATOR, code(bytecodes, "Cognitive"));
        String session = chain.deploy(Accounts.OPERATOR, code(bytecodes, "SessionV2"));
        mine(chain);
        String sessionAddress = address(chain, session);
        String constructor = FunctionEncoder.encodeConstructor(List.of(new Address(sessionAddress)));
        String queue = chain.deploy(Accounts.OPERATOR, code(bytecodes, "SessionQueueV2") + constructor);
        String pool = chain.deploy(Accounts.OPERATOR, code(bytecodes, "StakingPool"));
        mine(chain);
        var deployment = new Deployment(
                address(chain, level),
                address(chain, cognitive),
                sessionAddress,
                address(chain, queue),
                address(chain, pool));
        deployment.seed(chain, nodes);
        return deployment;
    }

    /** The addresses by contract name. */
    public Map<String, String> addresses() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("SessionV2", sessionV2);
        result.put("SessionQueueV2", sessionQueueV2);
        result.put("Cognitive", cognitive);
        result.put("CognitiveLevel", cognitiveLevel);
        result.put("StakingPool", stakingPool);
        return result;
    }

    private void seed(EvmClient chain, List<Node> nodes) {
        List<String> sent = new ArrayList<>();
        sent.add(operator(chain, sessionV2, "setSessionQueue", new Address(sessionQueueV2)));
        int miners = nodes.size();
        for (int i = 0; i < miners; i++) {
            var node = new Address(nodes.get(i).account());
            var level = new Uint8(1 + i % MAX_LEVEL);
            sent.add(operator(chain, cognitiveLevel, "registerNode", node, level));
            sent.add(operator(
                    chain,
                    sessionV2,
                    "create",
                    session("miner-" + (i + 1), 1, nodes.get(i).model())));
            sent.add(operator(chain, sessionV2, "addDedicatedNode", number(i + 1), node));
            BigInteger stake = COR.multiply(BigInteger.valueOf(i + 1 == SMALL_STAKER ? SMALL_STAKE : STAKE));
            sent.add(chain.send(
                    nodes.get(i).account(),
                    stakingPool,
                    new Function("stake", List.of(new Uint256(stake)), List.of())));
        }
        sent.add(operator(chain, sessionV2, "create", session("shared", miners, 1)));
        for (Node node : nodes) {
            sent.add(operator(chain, sessionV2, "addDedicatedNode", number(miners + 1), new Address(node.account())));
        }
        for (int sid = 1; sid <= miners + 1; sid++) {
            sent.add(operator(
                    chain, sessionV2, "addRouter", number(sid), new Address(Accounts.ROUTER), new Utf8String("lab")));
        }
        for (int mined = 0; mined < sent.size(); mined += BLOCK_HOLDS) {
            mine(chain);
        }
        sent.forEach(hash -> chain.awaitReceipt(hash, LIMIT));
    }

    private static Type<?>[] session(String name, int nodes, int model) {
        return new Type<?>[] {
            new Utf8String(name),
            new Utf8String("lab"),
            new Address(Accounts.ROUTER),
            number(1),
            number(nodes),
            number(nodes),
            number(0),
            number(DEDICATED),
            new Bool(false),
            number(0),
            number(model),
            number(300),
            number(1_000_000)
        };
    }

    private static String operator(EvmClient chain, String contract, String function, Type<?>... arguments) {
        return chain.send(Accounts.OPERATOR, contract, new Function(function, List.of(arguments), List.of()));
    }

    private static void mine(EvmClient chain) {
        chain.call("evm_mine"); // a start that waits for the block clock takes seconds longer
    }

    private static String address(EvmClient chain, String hash) {
        JsonNode receipt = chain.awaitReceipt(hash, LIMIT);
        return receipt.path("contractAddress").asText();
    }

    private static String code(Map<String, String> bytecodes, String name) {
        String code = bytecodes.get(name);
        if (code == null) {
            throw new IllegalArgumentException("no bytecode for " + name);
        }
        return code;
    }

    private static Uint256 number(long value) {
        return new Uint256(BigInteger.valueOf(value));
    }
}
