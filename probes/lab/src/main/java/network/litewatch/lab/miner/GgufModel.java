package network.litewatch.lab.miner;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A llama model with random weights in GGUF version 3: the same seed gives the same file, byte for byte, and another seed another
 * model. It computes as a real one does and says nothing sensible.
 */
final class GgufModel {

    private static final int EMBEDDING = 64;
    static final int LAYERS = 2;
    private static final int FEED_FORWARD = 172;
    private static final int HEADS = 4;
    private static final int CONTEXT = 2048;
    private static final int ALIGNMENT = 32;
    private static final int BYTE_TOKENS =
            259; // three control tokens and one for each byte: never drawn, so text stays readable
    private static final String[] WORDS =
            ("the a miner node network model token task block chain gas router proof fee job latency probe"
                            + " health alert ok error time data hash state")
                    .split(" ");

    private record Tensor(String name, List<Integer> shape) {
        int elements() {
            int product = 1;
            for (int size : shape) {
                product *= size;
            }
            return product;
        }

        int bytes() {
            return (elements() * 4 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }
    }

    private record Vocabulary(List<String> tokens, List<Float> scores, List<Integer> types) {
        void add(String token, float score, int type) {
            tokens.add(token);
            scores.add(score);
            types.add(type);
        }
    }

    private final long seed;
    private final int layers;
    private final Vocabulary vocabulary = vocabulary();

    /** {@code layers} is {@link #LAYERS}, or fewer for a smaller model. */
    GgufModel(long seed, int layers) {
        this.seed = seed;
        this.layers = layers;
    }

    /** Writes the file unless it is there; several processes may do so at once. */
    void ensure(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        Path fresh = Files.createTempFile(folder, "model", ".part");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16)) {
            writeTo(out);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void writeTo(OutputStream out) throws IOException {
        List<Tensor> tensors = tensors(vocabulary.tokens().size());
        byte[] header = header(tensors);
        out.write(header);
        var random = new Random(seed);
        for (Tensor tensor : tensors) {
            out.write(weights(tensor, random));
        }
    }

    private byte[] header(List<Tensor> tensors) {
        var metadata = new Writer();
        int entries = metadata(metadata);
        var header = new Writer();
        header.bytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        header.u32(3);
        header.u64(tensors.size());
        header.u64(entries);
        header.bytes(metadata.out.toByteArray());
        long offset = 0;
        for (Tensor tensor : tensors) {
            header.string(tensor.name());
            header.u32(tensor.shape().size());
            for (int size : tensor.shape()) {
                header.u64(size);
            }
            header.u32(0); // F32
            header.u64(offset);
            offset += tensor.bytes();
        }
        while (header.out.size() % ALIGNMENT != 0) {
            header.out.write(0);
        }
        return header.out.toByteArray();
    }

    private int metadata(Writer kv) {
        kv.entry("general.architecture", "llama");
        kv.entry("general.name", "random-lab");
        kv.entry("general.file_type", 0);
        kv.entry("llama.vocab_size", vocabulary.tokens().size());
        kv.entry("llama.context_length", CONTEXT);
        kv.entry("llama.embedding_length", EMBEDDING);
        kv.entry("llama.block_count", layers);
        kv.entry("llama.feed_forward_length", FEED_FORWARD);
        kv.entry("llama.attention.head_count", HEADS);
        kv.entry("llama.attention.head_count_kv", HEADS);
        kv.entry("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        kv.entry("llama.rope.dimension_count", EMBEDDING / HEADS);
        kv.entry("tokenizer.ggml.model", "llama");
        kv.array("tokenizer.ggml.tokens", 8, vocabulary.tokens().size());
        vocabulary.tokens().forEach(kv::string);
        kv.array("tokenizer.ggml.scores", 6, vocabulary.scores().size());
        vocabulary.scores().forEach(kv::f32);
        kv.array("tokenizer.ggml.token_type", 5, vocabulary.types().size());
        vocabulary.types().forEach(kv::u32);
        kv.entry("tokenizer.ggml.bos_token_id", 1);
        kv.entry("tokenizer.ggml.eos_token_id", 2);
        kv.entry("tokenizer.ggml.unknown_token_id", 0);
        return kv.entries;
    }

    private static Vocabulary vocabulary() {
        var result = new Vocabulary(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        result.add("<unk>", 0f, 2);
        result.add("<s>", 0f, 3);
        result.add("</s>", 0f, 3);
        for (int i = 0; i < 256; i++) {
            result.add(String.format("<0x%02X>", i), 0f, 6);
        }
        for (int c = '!'; c <= '~'; c++) {
            result.add(String.valueOf((char) c), -100f, 1);
        }
        result.add("\u2581", -100f, 1);
        for (String word : WORDS) {
            result.add("\u2581" + word, -1f - word.length() * 0.01f, 1);
        }
        return result;
    }

    private List<Tensor> tensors(int vocabulary) {
        List<Tensor> tensors = new ArrayList<>();
        tensors.add(new Tensor("token_embd.weight", List.of(EMBEDDING, vocabulary)));
        for (int layer = 0; layer < layers; layer++) {
            String block = "blk." + layer + ".";
            tensors.add(new Tensor(block + "attn_norm.weight", List.of(EMBEDDING)));
            for (String part : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
                tensors.add(new Tensor(block + part + ".weight", List.of(EMBEDDING, EMBEDDING)));
            }
            tensors.add(new Tensor(block + "ffn_norm.weight", List.of(EMBEDDING)));
            tensors.add(new Tensor(block + "ffn_gate.weight", List.of(EMBEDDING, FEED_FORWARD)));
            tensors.add(new Tensor(block + "ffn_up.weight", List.of(EMBEDDING, FEED_FORWARD)));
            tensors.add(new Tensor(block + "ffn_down.weight", List.of(FEED_FORWARD, EMBEDDING)));
        }
        tensors.add(new Tensor("output_norm.weight", List.of(EMBEDDING)));
        tensors.add(new Tensor("output.weight", List.of(EMBEDDING, vocabulary)));
        return tensors;
    }

    private static byte[] weights(Tensor tensor, Random random) {
        boolean norm = tensor.name().contains("norm");
        boolean output = tensor.name().startsWith("output.");
        double deviation = (output ? 3 : 1)
                / Math.sqrt(tensor.shape().get(0)); // a sharper last layer: greedy choices far from ties
        ByteBuffer buffer = ByteBuffer.allocate(tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int elements = tensor.elements();
        for (int i = 0; i < elements; i++) {
            float drawn = norm ? 1f : (float) (random.nextGaussian() * deviation);
            buffer.putFloat(output && i / EMBEDDING < BYTE_TOKENS ? 0f : drawn);
        }
        return buffer.array();
    }

    /** GGUF's little-endian primitives. */
    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private int entries;

        void bytes(byte[] bytes) {
            out.writeBytes(bytes);
        }

        void u32(int value) {
            bytes(buffer(4).putInt(value).array());
        }

        void u64(long value) {
            bytes(buffer(8).putLong(value).array());
        }

        void f32(float value) {
            bytes(buffer(4).putFloat(value).array());
        }

        void string(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            u64(utf8.length);
            bytes(utf8);
        }

        void entry(String key, String value) {
            key(key, 8);
            string(value);
        }

        void entry(String key, int value) {
            key(key, 4);
            u32(value);
        }

        void entry(String key, float value) {
            key(key, 6);
            f32(value);
        }

        void array(String key, int elementType, int length) {
            key(key, 9);
            u32(elementType);
            u64(length);
        }

        private void key(String key, int type) {
            string(key);
            u32(type);
            entries++;
        }

        private static ByteBuffer buffer(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
