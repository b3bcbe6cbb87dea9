package network.litewatch.controlplane.config;

import java.nio.file.Path;

/**
 * One thing wrong with a file, said so that it can be mended without reading our code.
 *
 * @param line 1-based; 0 when the file as a whole is meant
 * @param field path of the field, for example {@code groups[0].rules[2].expr}; empty for the whole file
 * @param message what is wrong and what to write instead; never contains a secret
 */
public record Problem(Path file, int line, String field, String message) {
    /** {@code file:line: field: message}, the shape that editors and CI logs link. */
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (field.isEmpty() ? "" : field + ": ") + message;
    }
}
