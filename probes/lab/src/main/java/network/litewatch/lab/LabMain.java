package network.litewatch.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import network.litewatch.lab.http.Threads;
import org.jspecify.annotations.Nullable;

/** Runs a lab until it is told to end: a thin shell over {@link Lab}. */
public final class LabMain {

    private static final String USAGE = """
            usage: java -jar litewatch-lab.jar --home DIR [--npm DIR] [--miners N] [--store NAME=PORT]... [--free-ports]
                   [--parent-stdin]

              --home DIR       where logs, caches and lab.json go (lab.json appears when all is ready)
              --npm DIR        the folder of package.json and node_modules (default: beside this jar's target folder)
              --miners N       how many miners, 1 to 16 (default 3)
              --store NAME=PORT  stand before the postgresql or elasticsearch at that port of 127.0.0.1, so that it can be
                               cut off; lab.json tells where
              --free-ports     listen on free ports, told by lab.json, instead of the well-known ones
              --parent-stdin   end when standard input does
              --help           show this
            """;

    private LabMain() {}

    /** What the command line asks for; {@code home} is null only with {@code help}. */
    record Arguments(
            @Nullable Path home,
            @Nullable Path npm,
            int miners,
            Map<String, Integer> stores,
            boolean freePorts,
            boolean parentStdin,
            boolean help) {

        /**
         * Reads the command line.
         *
         * @throws IllegalArgumentException saying what is wrong
         */
        static Arguments of(String... words) {
            Path home = null;
            Path npm = null;
            int miners = LabOptions.DEFAULT_MINERS;
            Map<String, Integer> stores = new LinkedHashMap<>();
            boolean freePorts = false;
            boolean parentStdin = false;
            boolean help = false;
            for (int i = 0; i < words.length; i++) {
                switch (words[i]) {
                    case "--home" -> home = Path.of(value(words, ++i));
                    case "--npm" -> npm = Path.of(value(words, ++i));
                    case "--miners" -> miners = number(words[i], value(words, ++i));
                    case "--store" -> store(value(words, ++i), stores);
                    case "--free-ports" -> freePorts = true;
                    case "--parent-stdin" -> parentStdin = true;
                    case "--help" -> help = true;
                    default -> throw new IllegalArgumentException("unknown option " + words[i]);
                }
            }
            if (home == null && !help) {
                throw new IllegalArgumentException("--home DIR is required");
            }
            return new Arguments(home, npm, miners, stores, freePorts, parentStdin, help);
        }

        /**
         * The lab that is asked for; null when help is.
         *
         * @throws IllegalArgumentException saying what is wrong
         */
        @Nullable
        LabOptions options() {
            Path folder = home;
            if (help || folder == null) {
                return null;
            }
            return new LabOptions(
                    folder, LabOptions.npmFolder(npm), freePorts, LabOptions.DEFAULT_TOKEN_INTERVAL, miners, stores);
        }

        private static void store(String text, Map<String, Integer> stores) {
            String[] parts = text.split("=", 2);
            int port = parts.length == 2 ? number("--store " + parts[0], parts[1]) : 0;
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("--store: expected NAME=PORT, got " + text);
            }
            stores.put(parts[0], port);
        }

        private static int number(String option, String value) {
            if (!value.matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException(option + ": expected a number, got " + value);
            }
            return Integer.parseInt(value);
        }

        private static String value(String[] words, int index) {
            if (index >= words.length) {
                throw new IllegalArgumentException(words[index - 1] + " needs a value");
            }
            return words[index];
        }
    }

    /** Starts the lab, says "lab ready", and waits for SIGTERM or, with --parent-stdin, for the end of standard input. */
    public static void main(String[] words) throws InterruptedException {
        PrintStream out = System.out;
        Arguments arguments;
        LabOptions options;
        try {
            arguments = Arguments.of(words);
            options = arguments.options();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + USAGE);
            System.exit(2);
            return;
        }
        if (options == null) {
            out.print(USAGE);
            return;
        }
        run(options, arguments.parentStdin(), out);
    }

    private static void run(LabOptions options, boolean parentStdin, PrintStream out) throws InterruptedException {
        Lab running;
        try {
            running = Lab.start(options, out::println, InstantSource.system());
        } catch (RuntimeException e) { // the last frame of the program: said in words, not as a stack trace
            System.err.println("the lab did not start: " + e.getMessage());
            System.exit(1);
            return;
        }
        var end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(running::close, "lab-stop"));
        if (parentStdin) {
            Threads.named("parent-stdin").newThread(() -> awaitEndOfInput(end)).start();
        }
        out.println("lab ready");
        end.await();
        System.exit(0);
    }

    private static void awaitEndOfInput(CountDownLatch end) {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println("standard input failed, which ends the lab as its end does: " + e.getMessage());
        }
        end.countDown();
    }
}
