package network.litewatch.controlplane;

import java.util.List;

/**
 * What is asked of our own stores.
 *
 * @param probes whole questions
 * @param acts what other questions ask besides: who was lately at work on the chain
 */
record OwnQuestions(List<StoreProbe> probes, ChainActs acts) implements AutoCloseable {
    OwnQuestions {
        probes = List.copyOf(probes);
    }

    @Override
    public void close() {
        probes.forEach(StoreProbe::close);
        acts.close();
    }
}
