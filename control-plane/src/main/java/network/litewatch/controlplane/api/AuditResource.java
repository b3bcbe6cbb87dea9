package network.litewatch.controlplane.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.store.AuditLog;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Who did what, latest first. */
@Path("/api/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.OPERATE)
public final class AuditResource {
    private final AuditLog audit;

    public AuditResource(AuditLog audit) {
        this.audit = audit;
    }

    /** A deed. */
    public record View(
            long seq,
            Instant at,
            String actor,
            String address,
            String action,
            String subject,
            String before,
            String after,
            String previous,
            String hash) {
        static View of(AuditLog.Link link) {
            AuditLog.Entry entry = link.entry();
            return new View(
                    entry.seq(),
                    entry.at(),
                    entry.actor().name(),
                    entry.actor().address(),
                    entry.action(),
                    entry.subject(),
                    entry.before(),
                    entry.after(),
                    link.previous(),
                    link.hash());
        }
    }

    @GET
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        int size = Page.limit(limit);
        long before = cursor == null ? Long.MAX_VALUE : Page.offset(cursor);
        try {
            List<View> rows =
                    audit.newest(size + 1, before).stream().map(View::of).toList();
            boolean more = rows.size() > size;
            return new Page<>(
                    more ? rows.subList(0, size) : rows,
                    more ? Long.toString(rows.get(size - 1).seq()) : null);
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }
}
