package network.litewatch.lab.miner;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.http.LoopbackServer;

/**
 * A miner as a process of its own, since a fault in the native model ends the process that it is in. Ends when standard input does.
 *
 * <p>Arguments: {@code --port --models --model --rpc --queue --account --token-ms}, each with a value.
 */
public final class MinerMain {

    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final int THREADS = 64; // a task that hangs holds one

    private MinerMain() {}

    /** Starts the miner and waits for the end of standard input. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = options(arguments);
        Path models = Path.of(value(options, "--models"));
        var model = new TinyModel(models, value(options, "--model"));
        var chain = new EvmClient(URI.create(value(options, "--rpc")), CALL_LIMIT);
        var record = new TaskRecord(chain, value(options, "--queue"), value(options, "--account"));
        var pacing = new Pacing(Duration.ofMillis(Long.parseLong(value(options, "--token-ms"))));
        var coldStart = new ColdStart(System.nanoTime());
        var conduct = new Conduct(value(options, "--account"), name -> new TinyModel(models, name), coldStart);
        var work = new MinerWork(model, pacing, coldStart, conduct);
        var api = new MinerApi(model, value(options, "--model"), record, work);
        LoopbackServer.start("miner", Integer.parseInt(value(options, "--port")), THREADS, api);
        System.out.println("miner is up");
        System.in.transferTo(OutputStream.nullOutputStream()); // returns at the end of input
        Runtime.getRuntime()
                .halt(0); // no orderly end: the native library's own shutdown can hang, and nothing is left to save
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new TreeMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private static String value(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("missing " + name);
        }
        return value;
    }
}
