package network.litewatch.controlplane.drill;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.drill.Drill.Fault;

/** All that a drill breaks, made and mended as one: either all of it is there, or nothing is left of it. Asks the injector. */
public final class Breakage {
    private Breakage() {}

    /**
     * Makes what {@code drill} breaks.
     *
     * @return with the handle of its main fault and the end of what lasts longest; where one fault cannot be made, those before it are
     *     undone, and where one of these does not say that it is, or an end is not known, it is not certain that nothing is broken
     */
    public static Injector.Answer make(Drill drill, Injector injector) {
        Map<Fault, Optional<String>> made = new LinkedHashMap<>();
        String handle = "";
        Instant ends = Instant.MIN;
        for (Fault fault : drill.faults()) {
            Injector.Answer answer = injector.inject(fault);
            if (answer instanceof Injector.NotMade not) {
                List<String> left = mend(made, injector);
                left.add(0, drill.besides().isEmpty() ? not.reason() : fault + ": " + not.reason());
                return new Injector.NotMade(String.join("; ", left), not.certain() && left.size() == 1);
            }
            Injector.Made one = (Injector.Made) answer;
            handle = one.handle();
            ends = one.ends().isAfter(ends) ? one.ends() : ends;
            made.put(fault, Optional.of(handle));
        }
        return new Injector.Made(handle, ends);
    }

    /**
     * Ends what {@code drill} breaks now.
     *
     * @param handle of its main fault; empty ends every fault of its type at its place, as is done with those beside it
     * @return why that cannot be said to be done; empty when all is over
     */
    public static Optional<String> mend(Drill drill, Injector injector, Optional<String> handle) {
        Map<Fault, Optional<String>> made = new LinkedHashMap<>();
        drill.besides().forEach(fault -> made.put(fault, Optional.empty()));
        made.put(drill.fault(), handle);
        List<String> left = mend(made, injector);
        return left.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", left));
    }

    private static List<String> mend(Map<Fault, Optional<String>> made, Injector injector) {
        List<String> left = new ArrayList<>();
        made.forEach((fault, handle) ->
                injector.undo(fault, handle).ifPresent(why -> left.add(fault + " is not undone: " + why)));
        return left;
    }
}
