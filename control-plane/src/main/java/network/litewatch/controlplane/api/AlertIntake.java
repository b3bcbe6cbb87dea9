package network.litewatch.controlplane.api;

import java.util.List;
import network.litewatch.controlplane.alert.incident.ExternalAlert;

/** Takes alerts of other systems. Once it returns they are stored; throws what the database throws, and then none is. */
public interface AlertIntake {
    /** Takes {@code sent}, in the order in which they were sent. */
    void take(List<ExternalAlert> sent);
}
