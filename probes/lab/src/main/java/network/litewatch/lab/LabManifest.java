package network.litewatch.lab;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.slack.SlackServer;

/**
 * Where everything is, for those who use the lab; lab.json is this in JSON.
 *
 * @param rpcs JSON-RPC endpoints by name: rpc-a to rpc-d
 * @param socket the WebSocket of rpc-a
 * @param feed what a sequencer broadcasts of each block, in the form of Nitro's relays
 * @param parent an RPC of the chain that the network's rollup posts to
 * @param routerToken the bearer token that the router takes
 * @param indexer the backend of a dashboard
 * @param site a web page beside the network
 * @param secureSite another one, over TLS, as tls://HOST:PORT
 * @param authorities PEM of whom its certificates are signed by
 * @param wire before what watches the lab, for its agents
 * @param stores ports on 127.0.0.1 before the stores that the lab stands before, by name
 * @param sharedSession the session that all miners serve
 * @param faults the fault API
 * @param slack the Web API of the Slack stand-in, with a slash at the end
 * @param contracts addresses by contract name
 */
public record LabManifest(
        long chainId,
        Map<String, URI> rpcs,
        URI socket,
        URI feed,
        URI parent,
        URI router,
        String routerToken,
        URI indexer,
        URI site,
        URI secureSite,
        Path authorities,
        URI wire,
        Map<String, Integer> stores,
        List<Miner> miners,
        long sharedSession,
        URI faults,
        URI slack,
        URI slackPage,
        String slackToken,
        Map<String, String> contracts) {

    /**
     * A miner: its account, the session that only it serves, the model that it says it runs, its class of machines, and the distance
     * between its tokens in milliseconds when nothing slows it.
     */
    public record Miner(
            String name, String address, long session, String model, String gpuClass, long millisPerToken) {}

    /** Writes the file so that a reader sees all of it or none. */
    void writeTo(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(fresh, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(toJson()) + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The manifest as lab.json has it. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object().put("chainId", chainId);
        ObjectNode rpcsJson = json.putObject("rpcs");
        rpcs.forEach((name, uri) -> rpcsJson.put(name, uri.toString()));
        json.put("socket", socket.toString()).put("feed", feed.toString()).put("parent", parent.toString());
        json.put("router", router.toString()).put("routerToken", routerToken).put("indexer", indexer.toString());
        json.put("site", site.toString()).put("secureSite", secureSite.toString());
        json.put("authorities", authorities.toString()).put("wire", wire.toString());
        ObjectNode storesJson = json.putObject("stores");
        stores.forEach(storesJson::put);
        ArrayNode minersJson = json.putArray("miners");
        for (Miner miner : miners) {
            minersJson
                    .addObject()
                    .put("name", miner.name())
                    .put("address", miner.address())
                    .put("session", miner.session())
                    .put("model", miner.model())
                    .put("gpuClass", miner.gpuClass())
                    .put("millisPerToken", miner.millisPerToken());
        }
        json.put("sharedSession", sharedSession)
                .put("faults", faults.toString())
                .put("slack", slack.toString())
                .put("slackPage", slackPage.toString())
                .put("slackToken", slackToken)
                .put("slackSigningSecret", SlackServer.SIGNING_SECRET)
                .put("slackAppToken", SlackServer.APP_TOKEN)
                .put("slackPerson", SlackServer.PERSON);
        ObjectNode contractsJson = json.putObject("contracts");
        contracts.forEach(contractsJson::put);
        return json;
    }
}
