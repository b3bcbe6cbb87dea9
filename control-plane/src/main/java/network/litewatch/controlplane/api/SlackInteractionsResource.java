package network.litewatch.controlplane.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import network.litewatch.controlplane.notify.slack.Press;
import network.litewatch.controlplane.notify.slack.SlackSignature;
import org.jspecify.annotations.Nullable;

/**
 * Where Slack says that somebody pressed a button. Its requests carry no token of ours: they are known by their signature, and who
 * may do what is the business of whoever is told.
 */
@Path("/slack/interactions")
public final class SlackInteractionsResource {
    private static final int MAX_BODY = 1 << 20;
    private static final String PAYLOAD = "payload=";

    private final SlackSignature signature;
    private final ObjectMapper json;
    private final Consumer<Press> pressed;

    /** {@code pressed} is told of each press, once, and must not keep its caller waiting: Slack gives us three seconds. */
    public SlackInteractionsResource(SlackSignature signature, ObjectMapper json, Consumer<Press> pressed) {
        this.signature = signature;
        this.json = json;
        this.pressed = pressed;
    }

    @POST
    @PermitAll
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response interact(
            @HeaderParam("X-Slack-Request-Timestamp") @Nullable String timestamp,
            @HeaderParam("X-Slack-Signature") @Nullable String signed,
            InputStream in)
            throws IOException {
        byte[] body = in.readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw ApiError.of(413, "more than Slack ever sends");
        }
        switch (signature.judge(timestamp, signed, body)) {
            case REFUSED -> throw ApiError.of(401, "not signed by our Slack app, or not within five minutes");
            case REPEATED -> {
                // It was done, or is being done.
            }
            case GENUINE -> press(body).ifPresent(pressed);
        }
        return Response.ok().build();
    }

    private Optional<Press> press(byte[] body) {
        try {
            Optional<String> payload = Arrays.stream(new String(body, StandardCharsets.UTF_8).split("&"))
                    .filter(part -> part.startsWith(PAYLOAD))
                    .map(part -> URLDecoder.decode(part.substring(PAYLOAD.length()), StandardCharsets.UTF_8))
                    .findFirst();
            return payload.isEmpty() ? Optional.empty() : Press.of(json.readTree(payload.get()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw ApiError.badRequest("payload is no JSON, as Slack sends it in a form");
        }
    }
}
