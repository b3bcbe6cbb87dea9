package network.litewatch.controlplane.alert.incident;

import com.google.common.hash.Hashing;
import com.google.errorprone.annotations.FormatMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Decision.Root;
import network.litewatch.controlplane.alert.incident.Incident.Shown;
import network.litewatch.controlplane.config.Durations;

/**
 * Decides what people are told of an incident now, and says why, step by step.
 *
 * <p>It looks at how things are and not at what happened: whatever was missed while Slack or we were away, the next decision
 * brings the message up to date. What fired and may be spoken of is told, also when it is over by then; what was told and ended is
 * shown as ended, muted or not. Only a state that lasts is worth a line in the thread, and turns that come too fast are told as
 * that.
 */
public final class Telling {
    static final int TOP = 5;
    private static final int REASONS = 3;
    private static final Duration AT_THE_LATEST = Duration.ofHours(1);

    private final Incident before;
    private final Situation situation;
    private final Instant now;
    private final Incident.Builder after;
    private final List<Note> notes = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private final List<Instant> deadlines = new ArrayList<>();
    private final List<Member> members;
    private final long firing;
    private final long speaking;
    private final String severity;
    private final boolean digested;

    private Telling(Incident before, Situation situation) {
        this.before = before;
        this.situation = situation;
        this.now = situation.now();
        this.after = new Incident.Builder(before);
        this.members = situation.members().stream()
                .sorted(Comparator.comparing((Member m) -> !m.isHeard())
                        .thenComparing(m -> !m.isFiring())
                        .thenComparing(m -> Severity.rank(m.severity()))
                        .thenComparing(m -> m.alert().startsAt())
                        .thenComparing(m -> m.alert().fingerprint()))
                .toList();
        this.firing = members.stream().filter(Member::isFiring).count();
        this.speaking = members.stream().filter(Telling::speaks).count();
        this.severity = severity();
        // What was posted, or is to be, is kept up to date where it is; what somebody escalates is put to people.
        this.digested = situation.pace().digest().isPresent()
                && !situation.out()
                && !situation.unsent()
                && before.escalatedBy() == null
                && !Severity.isCritical(severity)
                && !isDrill();
    }

    /** Decides; the same for the same arguments. */
    public static Decision decide(Incident before, Situation situation) {
        return new Telling(before, situation).decide();
    }

    private static boolean speaks(Member member) {
        return member.isFiring() && member.isHeard();
    }

    private Decision decide() {
        step(
                "%d alert(s) fire, %d of them may be spoken of; %d ended since it was opened",
                firing, speaking, members.size() - firing);
        mutedWhy().forEach(why -> step("not spoken of: %s", why));
        situation.mutesChange().ifPresent(deadlines::add);
        if (firing > 0 != before.firing()) {
            after.turned(firing > 0, now);
        }
        Shown shown = before.shown();
        if (shown == null) {
            return first();
        }
        thread(shown);
        if (isOver(shown)) {
            step("it is over: nothing has fired for %s", words(situation.pace().reopen()));
            return decided(Root.NONE, true);
        }
        return root(shown);
    }

    /** Nothing was said so far. */
    private Decision first() {
        if (members.stream().noneMatch(Member::isHeard)) {
            step("nothing is said: %s", firing == 0 ? "all is over" : "all that fires is muted");
            return decided(Root.NONE, firing == 0);
        }
        step(
                "%s: nothing was said so far, and something is to be told",
                digested ? "it goes into the digest" : "a message is sent");
        after.heardAt(now);
        deadlines.add(now.plus(situation.pace().settle()));
        return send(digested ? Root.DIGEST : situation.out() ? Root.EDIT : Root.POST);
    }

    private void thread(Shown shown) {
        Incident turned = after.build();
        boolean flaps = flaps(turned);
        if (flaps != before.flapping()) {
            after.flapping(flaps);
            flapping(turned, flaps);
        } else if (!flaps && turned.firing() && before.settled()) {
            note("again@" + turned.since(), "Fires again", false, false);
            // What was a false alarm then may be none now.
            after.settled(false).escalatedAt(null).falseAlarm(null).heardAt(now);
        } else if (!flaps
                && !turned.firing()
                && !before.settled()
                && reached(turned.since(), situation.pace().settle())) {
            note(
                    "resolved@" + turned.since(),
                    "Resolved after " + words(Duration.between(before.openedAt(), turned.since())),
                    false,
                    false);
            after.settled(true);
        }
        if (turned.firing() && before.escalatedBy() != null) {
            note("called@" + now, "Escalated by " + before.escalatedBy(), true, true);
            after.escalatedAt(now).heardAt(now);
        } else if (turned.firing()) {
            call(shown);
        }
        after.escalatedBy(null);
    }

    private void flapping(Incident turned, boolean flaps) {
        if (flaps) {
            step(
                    "it flaps: it began or ceased to fire %d times within %s; until that is over, only the message shows it",
                    Incident.MOST_TURNS, words(situation.pace().reopen()));
        } else {
            note(
                    "steady@" + turned.since(),
                    "No longer flapping; " + (turned.firing() ? "it fires" : "resolved"),
                    false,
                    false);
            after.settled(!turned.firing());
        }
    }

    /** Calls people while it fires: at most one line a decision. */
    private void call(Shown shown) {
        Incident.Ack ack = before.ack();
        boolean critical = Severity.isCritical(severity);
        if (ack != null && reached(ack.at(), Duration.between(ack.at(), ack.until()))) {
            note(
                    "lapsed@" + ack.until(),
                    "Still fires, and is nobody's again: " + ack.by() + " took it at " + ack.at(),
                    critical,
                    false);
            after.ack(null).heardAt(now);
        } else if (!digested
                && speaking > 0
                && !situation.out()
                && situation.pace().digest().isPresent()) {
            // A message of its own says it, and calls by itself.
            after.heardAt(now);
        } else if (speaking > 0 && Severity.rank(severity) < Severity.rank(shown.severity())) {
            note(
                    "raised@" + severity + "@" + shown.at(),
                    "Now " + severity + ", it was " + shown.severity(),
                    critical,
                    true);
            after.heardAt(now);
        } else if (ack != null || after.build().falseAlarm() != null || speaking == 0) {
            step(
                    "nobody is reminded: %s",
                    ack != null ? "taken by " + ack.by() : speaking == 0 ? "all is muted" : "called a false alarm");
        } else {
            remind(Objects.requireNonNullElse(before.heardAt(), now), critical);
        }
    }

    private void remind(Instant last, boolean critical) {
        if (critical && before.escalatedAt() == null) {
            if (reached(last, situation.pace().escalate())) {
                String flaps = before.flapping() ? ", and it flaps" : "";
                note(
                        "escalated@" + last,
                        "Nobody has taken it for " + words(Duration.between(last, now)) + flaps,
                        true,
                        false);
                after.escalatedAt(now).heardAt(now);
            }
        } else if (reached(last, situation.pace().remind(severity))) {
            note("reminder@" + last, "Still fires, since " + before.since(), false, false);
            after.heardAt(now);
        }
    }

    private boolean isOver(Shown shown) {
        Incident turned = after.build();
        if (turned.firing() || !reached(turned.since(), situation.pace().reopen())) {
            return false;
        }
        boolean told = !shown.firing() && (situation.out() || digested) && !situation.unsent() && notes.isEmpty();
        if (!told || turned.flapping()) {
            deadlines.add(now.plus(situation.pace().edits()));
        }
        return told && !turned.flapping();
    }

    /** Whether the message is sent. */
    private Decision root(Shown shown) {
        if (!situation.out() && !digested) {
            step("a message is posted: it was decided at %s and is not out", shown.at());
            return send(Root.POST);
        }
        Shown next = shown();
        if (next.saysWhat(shown) && !situation.unsent()) {
            step("the message stays: it says what is");
            return decided(Root.NONE, false);
        }
        boolean turned = !next.flapping() && next.firing() != shown.firing();
        boolean urgent = situation.unsent()
                || turned
                || next.isOtherwiseHeld(shown)
                || !next.severity().equals(shown.severity());
        if (!urgent && !reached(shown.at(), situation.pace().edits())) {
            step(
                    "the message waits: details changed, and edits keep %s apart",
                    words(situation.pace().edits()));
            return decided(Root.NONE, false);
        }
        step(
                "the %s is edited: %s",
                digested ? "digest" : "message",
                situation.unsent() ? "it may not say what it should" : "what is has changed");
        return send(digested ? Root.DIGEST : Root.EDIT);
    }

    private Decision send(Root root) {
        Shown shown = shown();
        after.shown(shown);
        // What was posted long after the fact, and is over, calls nobody.
        boolean mention =
                root == Root.POST && !isDrill() && shown.firing() && speaking > 0 && Severity.isCritical(severity);
        Incident next = after.build();
        List<Alert> top = members.stream().map(Member::alert).limit(TOP).toList();
        IncidentMessage message = new IncidentMessage(
                next.id(),
                next.group(),
                severity,
                next.openedAt(),
                shown.firing() ? null : next.since(),
                shown.flapping(),
                top.isEmpty() ? List.of(shown.first()) : top,
                (int) speaking,
                members.size() - (int) firing,
                shown.muted(),
                mutedWhy(),
                shown.hiding(),
                next.ack(),
                next.falseAlarm(),
                mention);
        return decided(root, Optional.of(message), false);
    }

    private Shown shown() {
        Incident next = after.build();
        String alerts = members.stream()
                .filter(Telling::speaks)
                .map(m -> m.alert().fingerprint() + "@" + m.alert().startsAt())
                .sorted()
                .collect(Collectors.joining(" "));
        Shown last = before.shown();
        return new Shown(
                firing > 0,
                severity,
                Hashing.sha256()
                        .hashString(alerts, StandardCharsets.UTF_8)
                        .toString()
                        .substring(0, 16),
                (int) (firing - speaking),
                situation.hiding(),
                next.flapping(),
                next.ack() == null ? null : next.ack().by(),
                next.falseAlarm(),
                members.isEmpty()
                        ? Objects.requireNonNull(last).first()
                        : members.get(0).alert(),
                now);
    }

    /** The worst of what may be spoken of; what fires counts before what ended. */
    private String severity() {
        List<String> firingOnes =
                members.stream().filter(Telling::speaks).map(Member::severity).toList();
        if (!firingOnes.isEmpty()) {
            return Severity.worst(firingOnes);
        }
        Shown shown = before.shown();
        return shown != null
                ? shown.severity()
                : Severity.worst(members.stream().map(Member::severity).toList());
    }

    private List<String> mutedWhy() {
        return members.stream()
                .filter(Member::isFiring)
                .flatMap(member -> member.muted().stream())
                .distinct()
                .limit(REASONS)
                .toList();
    }

    private boolean flaps(Incident turned) {
        if (turned.turns().size() < Incident.MOST_TURNS) {
            return false;
        }
        // Once it flaps, it does until it has kept still for as long.
        Instant from = before.flapping() ? turned.since() : turned.turns().get(0);
        boolean flaps = now.isBefore(from.plus(situation.pace().reopen()));
        if (flaps) {
            deadlines.add(from.plus(situation.pace().reopen()));
        }
        return flaps;
    }

    /** Whether {@code time} has passed since {@code from}; if not, it is looked at again when it has. */
    private boolean reached(Instant from, Duration time) {
        Instant at = from.plus(time);
        if (now.isBefore(at)) {
            deadlines.add(at);
            return false;
        }
        return true;
    }

    private void note(String key, String text, boolean mention, boolean broadcast) {
        if (digested) {
            step("there is no thread in a digest: %s", text);
            return;
        }
        step("the thread is told: %s", text);
        notes.add(Note.of(before, key, text, mention && !isDrill(), broadcast));
    }

    /** Nobody is called for a drill. */
    private boolean isDrill() {
        return before.group().drill().isPresent();
    }

    @FormatMethod
    private void step(String format, Object... arguments) {
        steps.add(String.format(Locale.ROOT, format, arguments));
    }

    private Decision decided(Root root, boolean closed) {
        return decided(root, Optional.empty(), closed);
    }

    private Decision decided(Root root, Optional<IncidentMessage> message, boolean closed) {
        Incident next = after.build();
        if (now.equals(next.heardAt())) {
            deadlines.add(now.plus(situation.pace().escalate()));
        }
        Instant lookAgain = deadlines.stream()
                .filter(at -> at.isAfter(now))
                .min(Comparator.naturalOrder())
                .filter(at -> at.isBefore(now.plus(AT_THE_LATEST)))
                .orElse(now.plus(AT_THE_LATEST));
        return new Decision(next, root, message, notes, lookAgain, closed, steps);
    }

    private static String words(Duration duration) {
        return Durations.format(duration.isNegative() ? Duration.ZERO : Duration.ofSeconds(duration.toSeconds()));
    }
}
