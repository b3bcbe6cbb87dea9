package network.litewatch.controlplane.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The one shape of every error: a status and a sentence that says what to do. */
public record ApiError(int code, String message) {
    static WebApplicationException badRequest(String message) {
        return of(400, message);
    }

    static WebApplicationException notFound(String message) {
        return of(404, message);
    }

    static WebApplicationException unavailable(String message) {
        return new WebApplicationException(Response.status(503)
                .header("Retry-After", 5)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(new ApiError(503, message))
                .build());
    }

    static WebApplicationException of(int status, String message) {
        return new WebApplicationException(Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(new ApiError(status, message))
                .build());
    }
}
