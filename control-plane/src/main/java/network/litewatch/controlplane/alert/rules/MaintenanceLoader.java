package network.litewatch.controlplane.alert.rules;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import network.litewatch.controlplane.alert.incident.MaintenanceWindow;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.WindowStarts;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import org.jspecify.annotations.Nullable;

/** Reads the file of announced work. */
public final class MaintenanceLoader {
    /** Beside the folder of rules. */
    public static final String FILE = "maintenance.yml";

    private MaintenanceLoader() {}

    /** Windows, or what is wrong with them; never both. */
    public record Loaded(List<MaintenanceWindow> windows, List<Problem> problems) {}

    /** Reads {@code file}. */
    public static Loaded load(YamlDocument.Parsed file) {
        List<MaintenanceWindow> windows = new ArrayList<>();
        Field root = file.root();
        if (root != null) {
            root.allowOnly("windows");
            Field list = root.require("windows", "a list of windows");
            Set<String> names = new HashSet<>();
            for (Field item : list == null ? List.<Field>of() : list.items()) {
                MaintenanceWindow window = window(item);
                if (window != null && !names.add(window.name())) {
                    item.problem("there is a window of the name " + window.name() + " above");
                } else if (window != null) {
                    windows.add(window);
                }
            }
        }
        List<Problem> problems = file.document().problems();
        return problems.isEmpty() ? new Loaded(List.copyOf(windows), List.of()) : new Loaded(List.of(), problems);
    }

    private static @Nullable MaintenanceWindow window(Field item) {
        item.allowOnly("name", "matchers", "at", "cron", "zone", "lasts", "reason");
        String name = text(item, "name", "what it is called in messages");
        Field list = item.require("matchers", "a list as network=\"testnet-0\", all of which must match");
        List<Matcher> matchers = new ArrayList<>();
        boolean all = list != null;
        for (Field field : list == null ? List.<Field>of() : list.items()) {
            Matcher matcher = field.as(Matcher::parse);
            all &= matcher != null && matchers.add(matcher);
        }
        WindowStarts starts = starts(item);
        Field length = item.require("lasts", "a duration as 3h");
        Duration lasts = length == null ? null : length.as(Durations::parse);
        String reason = text(item, "reason", "why nothing is said then");
        if (name == null || !all || starts == null || lasts == null || reason == null) {
            return null;
        }
        try {
            return new MaintenanceWindow(name, matchers, starts, lasts, reason);
        } catch (IllegalArgumentException e) {
            item.problem(Objects.requireNonNullElse(e.getMessage(), "is no window"));
            return null;
        }
    }

    private static @Nullable WindowStarts starts(Field item) {
        Field zoneField = item.get("zone");
        ZoneId zone = zoneField == null ? ZoneOffset.UTC : zoneField.as(MaintenanceLoader::zone);
        Field at = item.get("at");
        Field cron = item.get("cron");
        if ((at == null) == (cron == null)) {
            item.problem("needs either at (once, as 2026-12-01T02:00) or cron (again and again, as 0 30 2 ? * SUN)");
            return null;
        }
        if (zone == null) {
            return null;
        }
        return at == null
                ? Objects.requireNonNull(cron).as(text -> WindowStarts.cron(text, zone))
                : at.as(text -> WindowStarts.once(local(text), zone));
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("is no time zone, as Europe/Berlin or UTC: \"" + text + "\"", e);
        }
    }

    private static LocalDateTime local(String text) {
        try {
            return LocalDateTime.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "is no local time, as 2026-12-01T02:00 (the zone goes into zone): \"" + text + "\"", e);
        }
    }

    private static @Nullable String text(Field item, String key, String hint) {
        Field field = item.require(key, hint);
        return field == null ? null : field.text();
    }
}
