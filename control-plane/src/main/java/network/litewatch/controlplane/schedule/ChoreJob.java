package network.litewatch.controlplane.schedule;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Runs one of the slower jobs (retention and its like) once per firing, on one node of the cluster. */
@DisallowConcurrentExecution
final class ChoreJob implements Job {
    private final Runnable chore;

    ChoreJob(Runnable chore) {
        this.chore = chore;
    }

    @Override
    public void execute(JobExecutionContext context) {
        chore.run();
    }
}
