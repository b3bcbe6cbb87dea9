package network.litewatch.lab.miner;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.LogFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.lab.http.BadRequest;
import network.litewatch.lab.http.Threads;
import org.jspecify.annotations.Nullable;

/**
 * llama.cpp on one thread of its own: requests take turns, so that what one of them draws never depends on what else runs (batches of
 * another size round differently). Thread-safe.
 */
final class TinyModel implements AutoCloseable {

    static final int CONTEXT = 2048;
    private static final Pattern NAME = Pattern.compile("lab-(tiny|mini)-([0-9]{1,6})");
    private static final long LIMIT_SECONDS = 60;

    /** What to generate; limits are checked by the caller. */
    record Request(String prompt, int maxTokens, double temperature, double topP, int topK, int seed) {}

    /** A piece of text, or the end: then {@code text} is null and {@code failure} says whether it is a bad one. */
    private record Piece(@Nullable String text, @Nullable String failure) {}

    private final ExecutorService thread = Executors.newSingleThreadExecutor(Threads.named("model"));
    private final Path folder;
    private @Nullable LlamaModel model; // confined to the thread

    /** Loads the model called {@code name}; its weights are kept in {@code folder}. */
    TinyModel(Path folder, String name) {
        this.folder = folder;
        LlamaModel.setLogger(LogFormat.TEXT, (level, text) -> {});
        load(name);
    }

    /** Whether there can be a model of that name: lab-tiny-1, lab-tiny-2, ... each with weights of its own, and lab-mini-1, ... smaller. */
    static boolean known(String name) {
        return NAME.matcher(name).matches();
    }

    /** Replaces the weights; requests that wait get the new ones. */
    void load(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new BadRequest(400, "model: expected lab-tiny-N or lab-mini-N, got " + name);
        }
        long seed = Long.parseLong(matcher.group(2));
        int layers = matcher.group(1).equals("mini") ? 1 : GgufModel.LAYERS;
        Path file = folder.resolve(name + ".gguf");
        onThread(() -> {
            new GgufModel(seed, layers).ensure(file);
            closeModel();
            model = new LlamaModel(new ModelParameters()
                    .setModel(file.toString())
                    .setCtxSize(CONTEXT)
                    .setThreads(1)
                    .setParallel(1)
                    .disableLog());
            return name;
        });
    }

    /** How many tokens a text is. */
    int countTokens(String text) {
        return onThread(() -> model().encode(text).length);
    }

    /** Starts to generate; the tokens wait in the result. */
    Generation generate(Request request) {
        var generation = new Generation(request.maxTokens());
        thread.execute(() -> run(request, generation));
        return generation;
    }

    @Override
    public void close() {
        thread.execute(this::closeModel);
        thread.shutdown();
    }

    private void run(Request request, Generation generation) {
        try {
            var parameters = new InferenceParameters(request.prompt())
                    .setTemperature((float) request.temperature())
                    .setTopP((float) request.topP())
                    .setTopK(request.topK())
                    .setSeed(request.seed())
                    .setNPredict(request.maxTokens())
                    .setIgnoreEos(true)
                    .setCachePrompt(false);
            LlamaIterator tokens = model().generate(parameters).iterator();
            while (tokens.hasNext()) {
                String text = tokens.next().text;
                if (generation.cancelled) {
                    tokens.cancel();
                    break;
                }
                if (!text.isEmpty()) {
                    generation.offer(new Piece(text, null));
                }
            }
            generation.offer(new Piece(null, null));
        } catch (RuntimeException e) { // a thread boundary: the waiting reader must hear of it
            generation.offer(new Piece(null, e.toString()));
        }
    }

    private LlamaModel model() {
        LlamaModel loaded = model;
        if (loaded == null) {
            throw new IllegalStateException("no model is loaded");
        }
        return loaded;
    }

    private void closeModel() {
        if (model != null) {
            model.close();
            model = null;
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T onThread(Work<T> work) {
        try {
            return thread.submit(work::run).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the model", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the model was busy for " + LIMIT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw new UncheckedIOException(io);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** The tokens of one request, in order, for one reader. */
    static final class Generation implements Tokens {

        private final BlockingQueue<Piece> pieces;
        private volatile boolean cancelled;

        private Generation(int maxTokens) {
            pieces = new ArrayBlockingQueue<>(maxTokens + 2);
        }

        /** See {@link Tokens#next}; fails when the model did, or was silent for 60 s. */
        @Override
        public @Nullable String next() {
            try {
                Piece piece = pieces.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
                if (piece == null) {
                    throw new IllegalStateException("the model was silent for " + LIMIT_SECONDS + " s");
                }
                if (piece.failure() != null) {
                    throw new IllegalStateException("the model failed: " + piece.failure());
                }
                return piece.text();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a token", e);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        private void offer(Piece piece) {
            if (!pieces.offer(piece)) {
                throw new IllegalStateException("the model gave more tokens than it was asked for");
            }
        }
    }
}
