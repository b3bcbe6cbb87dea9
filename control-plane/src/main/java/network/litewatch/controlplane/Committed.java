package network.litewatch.controlplane;

import java.util.List;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.metrics.EdgeMetrics;
import network.litewatch.controlplane.metrics.FiringAlerts;
import network.litewatch.controlplane.metrics.PipelineMetrics;
import network.litewatch.controlplane.notify.Dispatcher;
import network.litewatch.probe.Observation;

/** What follows a commit: agents hear of it, gauges show it, and what waits to go out is sent. */
record Committed(
        AgentDesk desk,
        PipelineMetrics metrics,
        EdgeMetrics edge,
        LatestAssessments latest,
        FiringAlerts firing,
        Shipper shipper,
        Dispatcher dispatcher)
        implements Pipeline.Listener {
    @Override
    public void refused(Observation observation) {
        desk.refused(observation);
        metrics.dropped();
    }

    @Override
    public void committed(List<Observation> observations, List<Assessment> assessments, List<Transition> transitions) {
        desk.committed(observations);
        // Gauges have no label for the vantage: they show what is seen from here.
        observations.stream().filter(o -> !desk.isAgent(o.vantage())).forEach(o -> {
            metrics.observed(o);
            edge.observed(o);
        });
        assessments.forEach(latest::add);
        transitions.forEach(firing::apply);
        shipper.wake();
        if (!transitions.isEmpty()) {
            dispatcher.wake();
        }
    }
}
