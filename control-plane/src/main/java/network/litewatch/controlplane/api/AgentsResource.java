package network.litewatch.controlplane.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.net.InetAddresses;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.security.Principal;
import java.util.List;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.vantage.Delivery;
import network.litewatch.controlplane.vantage.PlanDocument;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.http.TargetJson;
import org.jspecify.annotations.Nullable;

/** What agents call: each for the vantage that its token names, and over TLS, since a plan holds secrets. */
@Path("/api/v1/agents/{vantage}")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.DELIVER)
public final class AgentsResource {
    private final Desk desk;

    /** Where agents' questions and deliveries end up. */
    public interface Desk {
        /** The plan of a vantage; empty where none of that name is configured. Counts as a sign of life. */
        java.util.Optional<PlanDocument> plan(Vantage vantage);

        /**
         * Stores what was delivered, and says what became of each observation, in their order: after it returns, what is stored is
         * committed. Throws {@link BusyException} when nothing was, for now.
         */
        List<Verdict> deliver(Vantage vantage, Delivery delivery);
    }

    /** Nothing was stored; the agent keeps what it has and comes again. */
    public static final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** {@code message} is for people. */
        public BusyException(String message) {
            super(message);
        }
    }

    /**
     * What became of an observation.
     *
     * @param id of its document; empty when it was not even clear what it is of
     * @param verdict stored (now, or before), or rejected: sent again it would be again
     * @param reason why it was rejected; empty otherwise
     */
    public record Verdict(String id, String verdict, String reason) {
        public static final String STORED = "stored";
        public static final String REJECTED = "rejected";
    }

    /** The verdicts, in the order of what was sent. */
    public record Answer(List<Verdict> items) {}

    public AgentsResource(Desk desk) {
        this.desk = desk;
    }

    @GET
    @Path("/plan")
    public Response plan(
            @PathParam("vantage") String name,
            @HeaderParam("If-None-Match") @Nullable String known,
            @Context HttpServletRequest request) {
        Vantage vantage = own(name, request);
        PlanDocument plan = desk.plan(vantage)
                .orElseThrow(() -> ApiError.notFound("no vantage of this name is in vantages.agents"));
        String etag = plan.etag();
        Response.ResponseBuilder answer = etag.equals(known)
                ? Response.notModified()
                : Response.ok(plan.json()).type(MediaType.APPLICATION_JSON_TYPE);
        return answer.header("ETag", etag).header("Cache-Control", "no-store").build();
    }

    @POST
    @Path("/observations")
    @Consumes(MediaType.APPLICATION_JSON)
    public Answer observations(@PathParam("vantage") String name, InputStream body, @Context HttpServletRequest request)
            throws IOException {
        Vantage vantage = own(name, request);
        byte[] bytes = body.readNBytes(Delivery.MAX_BYTES + 1);
        if (bytes.length > Delivery.MAX_BYTES) {
            throw ApiError.of(413, "a delivery may have at most " + Delivery.MAX_BYTES + " bytes");
        }
        JsonNode json = TargetJson.parse(bytes).orElseThrow(() -> ApiError.badRequest("the delivery is no JSON"));
        Delivery delivery;
        try {
            delivery = Delivery.parse(json);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("the delivery cannot be read: " + e.getMessage());
        }
        try {
            return new Answer(desk.deliver(vantage, delivery));
        } catch (BusyException e) {
            throw ApiError.unavailable(String.valueOf(e.getMessage()));
        }
    }

    private static Vantage own(String name, HttpServletRequest request) {
        Principal caller = request.getUserPrincipal();
        if (caller == null || !caller.getName().equals(name)) {
            throw ApiError.of(403, "this token is not that vantage's");
        }
        if (!request.isSecure() && !isLoopback(request.getRemoteAddr())) {
            throw ApiError.of(403, "agents are served over TLS only; see server.applicationConnectors");
        }
        return new Vantage(name);
    }

    private static boolean isLoopback(String address) {
        return InetAddresses.isInetAddress(address)
                && InetAddresses.forString(address).isLoopbackAddress();
    }
}
