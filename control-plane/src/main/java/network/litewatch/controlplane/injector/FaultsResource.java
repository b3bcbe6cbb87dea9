package network.litewatch.controlplane.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.Principal;
import java.time.Duration;
import java.util.NoSuchElementException;
import network.litewatch.controlplane.api.ApiError;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.fault.Fault;
import network.litewatch.fault.FaultRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The faults that can be made here and those in effect, as the lab has them. */
@Path("/faults")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.OPERATE)
public final class FaultsResource {
    private static final Logger LOG = LoggerFactory.getLogger(FaultsResource.class);
    private static final int BAD = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final FaultRegistry registry;

    FaultsResource(FaultRegistry registry) {
        this.registry = registry;
    }

    @GET
    @RolesAllowed(Role.VIEW)
    public JsonNode list() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode active = answer.putArray("active");
        registry.list().forEach(fault -> active.add(shown(fault)));
        ArrayNode known = answer.putArray("known");
        registry.known().forEach((type, targets) -> {
            ArrayNode places = known.addObject().put("type", type).putArray("targets");
            targets.forEach(places::add);
        });
        return answer;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response inject(@Nullable JsonNode body, @Context HttpServletRequest request) {
        if (body == null || !body.isObject()) {
            throw error(
                    BAD,
                    "must be {\"type\": \"tcp.latency\", \"target\": ..., \"args\": {\"ms\": 500}, \"lease\": \"30s\"}");
        }
        JsonNode args = body.has("args") ? body.path("args") : JsonNodeFactory.instance.objectNode();
        if (!args.isObject()) {
            throw error(BAD, "args: must be an object");
        }
        Fault fault;
        try {
            fault = registry.inject(
                    body.path("type").asText(), body.path("target").asText(), args, lease(body.path("lease")));
        } catch (NoSuchElementException e) {
            throw error(NOT_FOUND, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw error(BAD, String.valueOf(e.getMessage()));
        } catch (DrillPlaybook.RefusedException e) {
            throw error(CONFLICT, String.valueOf(e.getMessage()));
        }
        LOG.info("fault {} is made for {}", fault.id(), by(request));
        return Response.status(Response.Status.CREATED).entity(shown(fault)).build();
    }

    @DELETE
    @Path("/{id}")
    public JsonNode end(@PathParam("id") String id, @Context HttpServletRequest request) {
        if (!registry.end(id)) {
            throw error(NOT_FOUND, "no fault " + id + " is in effect");
        }
        LOG.info("fault {} is ended for {}", id, by(request));
        return JsonNodeFactory.instance.objectNode().put("ended", id);
    }

    private static String by(HttpServletRequest request) {
        Principal caller = request.getUserPrincipal();
        return caller == null ? "nobody" : caller.getName();
    }

    private static Duration lease(JsonNode given) {
        try {
            return Durations.parse(given.asText());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("lease: " + e.getMessage(), e);
        }
    }

    private static ObjectNode shown(Fault fault) {
        ObjectNode shown = JsonNodeFactory.instance
                .objectNode()
                .put("id", fault.id())
                .put("type", fault.type())
                .put("target", fault.target());
        shown.set("args", fault.args());
        return shown.put("injected_at", fault.injectedAt().toString())
                .put("ends_at", fault.endsAt().toString());
    }

    private static WebApplicationException error(int status, String message) {
        return new WebApplicationException(Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(new ApiError(status, message))
                .build());
    }
}
