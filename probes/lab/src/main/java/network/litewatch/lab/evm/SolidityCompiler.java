package network.litewatch.lab.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import network.litewatch.lab.http.Json;

/** Compiles the lab's contracts with solc, and keeps the result under a hash of what went in. */
public final class SolidityCompiler {

    private static final List<String> NAMES = List.of(
            "CognitiveLevel",
            "Cognitive",
            "SessionV2",
            "SessionQueueV2",
            "Rollup",
            "Retryables",
            "Multicall3",
            "StakingPool");
    private static final long LIMIT_SECONDS = 120;

    private final Path solc;
    private final Path cache;

    /** {@code solc} is npm's {@code solc.js}; {@code cache} a folder to keep results in. */
    public SolidityCompiler(Path solc, Path cache) {
        this.solc = solc;
        this.cache = cache;
    }

    /**
     * The creation bytecode (hex, without 0x) by contract name.
     *
     * @throws IllegalStateException with the compiler's words when it refuses
     */
    public Map<String, String> compile() {
        String input = input().toString();
        Path kept = cache.resolve("contracts-" + sha256(input) + ".json");
        try {
            if (!Files.exists(kept)) {
                Files.createDirectories(cache);
                Path fresh = Files.createTempFile(cache, "solc", ".json");
                run(input, fresh);
                Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return bytecodes(Json.MAPPER.readTree(kept.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("the contracts could not be compiled", e);
        }
    }

    private void run(String input, Path output) throws IOException {
        Path in = Files.createTempFile(cache, "solc", ".in");
        Path raw = Files.createTempFile(cache, "solc", ".out");
        try {
            Files.writeString(in, input);
            Process process = new ProcessBuilder("node", solc.toString(), "--standard-json")
                    .redirectInput(in.toFile())
                    .redirectOutput(raw.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("solc took more than " + LIMIT_SECONDS + " s");
            }
            String said = Files.readString(raw);
            int start = said.indexOf('{'); // solc prints a line about SMT solvers before its answer
            if (start < 0) {
                throw new IllegalStateException(
                        "solc exited with " + process.exitValue() + " and said: " + said.strip());
            }
            Files.writeString(output, said.substring(start));
            bytecodes(Json.MAPPER.readTree(output.toFile()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while solc ran", e);
        } finally {
            Files.deleteIfExists(in);
            Files.deleteIfExists(raw);
        }
    }

    private static Map<String, String> bytecodes(JsonNode answer) {
        for (JsonNode error : answer.path("errors")) {
            if (error.path("severity").asText().equals("error")) {
                throw new IllegalStateException(
                        "solc: " + error.path("formattedMessage").asText());
            }
        }
        Map<String, String> result = new LinkedHashMap<>();
        for (String name : NAMES) {
            String code = answer.at("/contracts/" + name + ".sol/" + name + "/evm/bytecode/object")
                    .asText();
            if (code.isEmpty()) {
                throw new IllegalStateException("solc gave no bytecode for " + name);
            }
            result.put(name, code);
        }
        return result;
    }

    private static ObjectNode input() {
        ObjectNode input = Json.object().put("language", "Solidity");
        ObjectNode sources = input.putObject("sources");
        for (String name : NAMES) {
            sources.putObject(name + ".sol").put("content", source(name));
        }
        ObjectNode settings = input.putObject("settings").put("evmVersion", "cancun");
        settings.putObject("optimizer").put("enabled", true).put("runs", 1);
        settings.putObject("outputSelection").putObject("*").putArray("*").add("evm.bytecode.object");
        return input;
    }

    private static String source(String name) {
        try (InputStream in = SolidityCompiler.class.getResourceAsStream("/contracts/" + name + ".sol")) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks contracts/" + name + ".sol");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
