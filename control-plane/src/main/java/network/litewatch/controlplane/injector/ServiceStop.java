package network.litewatch.controlplane.injector;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Set;
import network.litewatch.fault.Arguments;
import network.litewatch.fault.FaultInjector;

/** {@code service.stop} {}: a unit of a named host does not run. Its host starts it when the lease is over, whatever became of us. */
record ServiceStop(DrillPlaybook playbook, InjectorConfiguration.ServiceSettings service) implements FaultInjector {
    static final String KIND = "service.stop";

    @Override
    public FaultHandle inject(JsonNode args, Duration lease) {
        Arguments.onlyKnown(args, Set.of());
        playbook.stop(service.host(), service.unit(), lease);
        return () -> playbook.start(service.host(), service.unit());
    }
}
