package network.litewatch.controlplane.bench.detect;

/**
 * How many samples passed until an alarm, over many runs.
 *
 * @param mean samples to an alarm; runs that were ended before one count with their length (total time over alarms)
 * @param error standard error of the mean, as exponential run lengths have it
 * @param runs how many
 * @param cut runs that were ended without an alarm
 */
record RunLength(double mean, double error, int runs, int cut) {
    static RunLength of(double samples, int alarms, int runs) {
        double mean = samples / Math.max(1, alarms);
        return new RunLength(mean, mean / Math.sqrt(Math.max(1, alarms)), runs, runs - alarms);
    }
}
