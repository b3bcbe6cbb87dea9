package network.litewatch.controlplane.store;

import java.util.ArrayList;
import java.util.List;
import network.litewatch.controlplane.store.AuditLog.Link;
import org.jspecify.annotations.Nullable;

/** Checks an audit log link by link, from the newest to the first. Not thread-safe. */
public final class AuditChain {
    private final List<String> broken = new ArrayList<>();
    private @Nullable Link newest;
    private @Nullable Link oldest;
    private long entries;

    /** Takes the entry before those that were added so far. */
    public void add(Link link) {
        Link after = oldest;
        entries++;
        if (newest == null) {
            newest = link;
        }
        if (!link.hash().equals(link.entry().hash(link.previous()))) {
            broken.add("entry " + link.entry().seq() + " was changed: "
                    + link.entry().action() + " of " + link.entry().subject() + " by "
                    + link.entry().actor().name());
        }
        if (after != null) {
            follows(link, after);
        }
        oldest = link;
    }

    private void follows(Link link, Link after) {
        long seq = link.entry().seq();
        long next = after.entry().seq();
        if (next > seq + 1) {
            broken.add(
                    next - seq == 2
                            ? "entry " + (seq + 1) + " is missing"
                            : "entries " + (seq + 1) + " to " + (next - 1) + " are missing");
        } else if (next != seq + 1 || !after.previous().equals(link.hash())) {
            broken.add("entry " + next + " does not follow entry " + seq);
        }
    }

    /** What is wrong, the newest first; empty when all that was added is sound. To be called when all was added. */
    public List<String> broken() {
        List<String> all = new ArrayList<>(broken);
        Link first = oldest;
        if (first != null && (first.entry().seq() != 1 || !first.previous().equals(AuditLog.BEGINNING))) {
            all.add("the log begins with entry " + first.entry().seq() + ", what came before is missing");
        }
        return all;
    }

    public long entries() {
        return entries;
    }

    /** Hash of the newest entry; 64 zeros of none. */
    public String hash() {
        Link last = newest;
        return last == null ? AuditLog.BEGINNING : last.hash();
    }
}
