package network.litewatch.controlplane.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * One thing wrong with a file, said so that it can be mended without reading our code.
 *
 * @param line 1-based; 0 when the file as a whole is meant
 * @param field path of the field, for example {@code groups[0].rules[2].expr}; empty for the whole file
 * @param message what is wrong and what to write instead; never contains a secret
 */
public record Problem(Path file, int line, String field, String message) {
    /** {@code file} as a whole: it, or a folder of that name, cannot be read because of {@code cause}. */
    public static Problem unreadable(Path file, IOException cause) {
        return new Problem(file, 0, "", why(cause));
    }

    /** What {@code cause} means to whoever named the file that could not be read; says nothing of what is in it. */
    public static String why(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "cannot be read: there is no such file";
        }
        if (cause instanceof NotDirectoryException) {
            return "cannot be read: it is not a folder";
        }
        if (cause instanceof AccessDeniedException) {
            return "cannot be read: whoever runs this may not read it";
        }
        if (cause instanceof CharacterCodingException) {
            return "cannot be read: it is not text in UTF-8";
        }
        return "cannot be read: " + cause.getMessage();
    }

    /** {@code file:line: field: message}, the shape that editors and CI logs link. */
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (field.isEmpty() ? "" : field + ": ") + message;
    }
}
