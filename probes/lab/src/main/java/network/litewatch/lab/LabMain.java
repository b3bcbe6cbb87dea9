package network.litewatch.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import network.litewatch.lab.http.Threads;
import org.jspecify.annotations.Nullable;

/** Runs a lab until it is told to end: a thin shell over {@link Lab}. */
public final class LabMain {

    private static final String USAGE = """
            usage: java -jar litewatch-lab.jar --home DIR [--npm DIR] [--free-ports] [--parent-stdin]

              --home DIR       where logs, caches and lab.json go (lab.json appears when all is ready)
              --npm DIR        the folder of package.json and node_modules (default: beside this jar's target folder)
              --free-ports     listen on free ports, told by lab.json, instead of the well-known ones
              --parent-stdin   end when standard input does
              --help           show this
            """;

    private LabMain() {}

    /** What the command line asks for; {@code home} is null only with {@code help}. */
    record Arguments(@Nullable Path home, @Nullable Path npm, boolean freePorts, boolean parentStdin, boolean help) {

        /**
         * Reads the command line.
         *
         * @throws IllegalArgumentException saying what is wrong
         */
        static Arguments of(String... words) {
            Path home = null;
            Path npm = null;
            boolean freePorts = false;
            boolean parentStdin = false;
            boolean help = false;
            for (int i = 0; i < words.length; i++) {
                switch (words[i]) {
                    case "--home" -> home = Path.of(value(words, ++i));
                    case "--npm" -> npm = Path.of(value(words, ++i));
                    case "--free-ports" -> freePorts = true;
                    case "--parent-stdin" -> parentStdin = true;
                    case "--help" -> help = true;
                    default -> throw new IllegalArgumentException("unknown option " + words[i]);
                }
            }
            if (home == null && !help) {
                throw new IllegalArgumentException("--home DIR is required");
            }
            return new Arguments(home, npm, freePorts, parentStdin, help);
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
        try {
            arguments = Arguments.of(words);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + USAGE);
            System.exit(2);
            return;
        }
        Path home = arguments.home();
        if (arguments.help() || home == null) {
            out.print(USAGE);
            return;
        }
        var options = new LabOptions(
                home, LabOptions.npmFolder(arguments.npm()), arguments.freePorts(), LabOptions.DEFAULT_TOKEN_INTERVAL);
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
