package network.litewatch.controlplane.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.controlplane.config.ConfidentialUrl;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.vantage.Connectivity;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.TlsTrust;
import org.jspecify.annotations.Nullable;

/** Reads an agent's configuration; all problems at once, with file, line and field. */
public final class AgentConfigReader {
    private static final long DEFAULT_BUFFER = 256L << 20;
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,8})(KiB|MiB|GiB)");
    private static final Map<String, Integer> SHIFTS = Map.of("KiB", 10, "MiB", 20, "GiB", 30);

    private final Placeholders placeholders;
    private final Path folder;

    /** A configuration, or what is wrong with its file; never both. */
    public record Loaded(Optional<AgentConfig> config, List<Problem> problems) {}

    private AgentConfigReader(Placeholders placeholders, Path folder) {
        this.placeholders = placeholders;
        this.folder = folder;
    }

    /** Reads {@code file}, and the files that it names. */
    public static Loaded load(Path file, Placeholders placeholders) {
        YamlDocument.Parsed parsed = YamlDocument.read(file);
        Path parent = Objects.requireNonNull(file.toAbsolutePath().getParent());
        AgentConfig config =
                parsed.root() == null ? null : new AgentConfigReader(placeholders, parent).config(parsed.root());
        List<Problem> problems = parsed.document().problems();
        return new Loaded(problems.isEmpty() ? Optional.ofNullable(config) : Optional.empty(), problems);
    }

    private @Nullable AgentConfig config(Field root) {
        root.allowOnly("control_plane", "vantage", "buffer", "witnesses", "egress", "journal");
        Field plane = root.require("control_plane", "url and token of the control plane");
        SecretUrl url = null;
        Secret token = null;
        Path ca = null;
        if (plane != null) {
            plane.allowOnly("url", "token", "token_file", "ca_file");
            url = required(plane, "url", "where its API is, as https://litewatch.example.org", ConfidentialUrl::parse);
            token = token(plane);
            ca = optional(plane, "ca_file", this::authorities);
        }
        Vantage vantage = required(root, "vantage", "the name of this vantage, as in vantages.agents", Vantage::new);
        Field buffer = root.require("buffer", "dir, and max_size");
        Path dir = null;
        Long size = null;
        if (buffer != null) {
            buffer.allowOnly("dir", "max_size");
            dir = required(buffer, "dir", "a folder of this agent alone", this::path);
            size = optional(buffer, "max_size", AgentConfigReader::size);
        }
        List<String> witnesses = texts(root, "witnesses", text -> {
            Connectivity.problem(text).ifPresent(problem -> {
                throw new IllegalArgumentException(problem);
            });
            return text;
        });
        List<String> ranges = ranges(root);
        Path journal = optional(root, "journal", this::path);
        if (url == null || token == null || vantage == null || dir == null) {
            return null;
        }
        return new AgentConfig(
                url,
                token,
                Optional.ofNullable(ca),
                vantage,
                dir,
                size == null ? DEFAULT_BUFFER : size,
                witnesses,
                ranges,
                Optional.ofNullable(journal));
    }

    private @Nullable Secret token(Field plane) {
        Field written = plane.get("token");
        Field file = plane.get("token_file");
        if ((written == null) == (file == null)) {
            plane.problem("needs token (as ${LITEWATCH_AGENT_TOKEN}) or token_file, one of them");
            return null;
        }
        if (written != null) {
            return written.as(text -> secret(placeholders.expand(text)));
        }
        return Objects.requireNonNull(file).as(text -> {
            try {
                return secret(Files.readString(path(placeholders.expand(text))));
            } catch (IOException e) {
                throw new IllegalArgumentException(Problem.why(e));
            }
        });
    }

    private static Secret secret(String text) {
        if (!text.strip().startsWith("lw_")) {
            throw new IllegalArgumentException("is no token: litewatch token VANTAGE agent makes one");
        }
        return new Secret(text.strip());
    }

    private Path authorities(String text) {
        Path file = path(text);
        var unused = TlsTrust.alsoTrusting(file);
        return file;
    }

    private static Long size(String text) {
        Matcher m = SIZE.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException("must be a size such as 64MiB or 2GiB: \"" + text + "\"");
        }
        long size = Long.parseLong(m.group(1)) << SHIFTS.getOrDefault(m.group(2), 0);
        if (size < 1 << 20) {
            throw new IllegalArgumentException("must be at least 1MiB");
        }
        return size;
    }

    private List<String> ranges(Field root) {
        Field egress = root.get("egress");
        if (egress == null) {
            return List.of();
        }
        egress.allowOnly("private_ranges");
        return texts(egress, "private_ranges", text -> Cidr.parse(text).toString());
    }

    private List<String> texts(Field parent, String key, Function<String, String> parser) {
        List<String> texts = new ArrayList<>();
        Field list = parent.get(key);
        for (Field item : list == null ? List.<Field>of() : list.items()) {
            String text = item.as(value -> parser.apply(placeholders.expand(value)));
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    private Path path(String text) {
        return folder.resolve(text).normalize();
    }

    private <T> @Nullable T required(Field parent, String key, String hint, Function<String, T> parser) {
        Field field = parent.require(key, hint);
        return field == null ? null : field.as(text -> parser.apply(placeholders.expand(text)));
    }

    private <T> @Nullable T optional(Field parent, String key, Function<String, T> parser) {
        Field field = parent.get(key);
        return field == null || field.isNull() ? null : field.as(text -> parser.apply(placeholders.expand(text)));
    }
}
