package network.litewatch.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * A fault that is in effect.
 *
 * @param id names it in the fault API
 * @param endsAt when its lease lapses
 */
public record Fault(String id, String type, String target, JsonNode args, Instant injectedAt, Instant endsAt) {}
