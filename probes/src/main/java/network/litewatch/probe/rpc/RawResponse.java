package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import org.web3j.protocol.core.Response;

/** A result as it came: hostile until it is read, and of too many shapes for one type. Made by Jackson. */
public final class RawResponse extends Response<JsonNode> {}
