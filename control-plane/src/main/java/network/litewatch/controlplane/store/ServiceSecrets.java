package network.litewatch.controlplane.store;

import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Jdbi;

/** Numbers that all nodes of a service share and nobody else may know. */
public final class ServiceSecrets {
    private ServiceSecrets() {}

    /** The secret of that name; the first who asks draws it out of {@code random}. */
    public static long of(String name, Jdbi jdbi, RandomGenerator random) {
        return jdbi.withHandle(handle -> {
            handle.createUpdate(
                            "INSERT INTO service_secret (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING")
                    .bind("name", name)
                    .bind("value", random.nextLong())
                    .execute();
            return handle.createQuery("SELECT value FROM service_secret WHERE name = :name")
                    .bind("name", name)
                    .mapTo(Long.class)
                    .one();
        });
    }
}
