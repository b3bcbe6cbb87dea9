package network.litewatch.lab.miner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class GgufModelTest {

    @Test
    void theHeaderIsGgufVersionThree() throws IOException {
        ByteBuffer file = ByteBuffer.wrap(bytes(1)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[4];
        file.get(magic);
        assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("GGUF");
        assertThat(file.getInt()).isEqualTo(3);
        assertThat(file.getLong()).as("tensors: 3, and 9 for each of 2 layers").isEqualTo(21);
        assertThat(file.getLong()).as("metadata entries").isEqualTo(19);
    }

    @Test
    void oneSeedIsOneModel() throws IOException {
        assertThat(bytes(1)).isEqualTo(bytes(1)).isNotEqualTo(bytes(2)).hasSameSizeAs(bytes(2));
    }

    private static byte[] bytes(long seed) throws IOException {
        var out = new ByteArrayOutputStream();
        new GgufModel(seed, GgufModel.LAYERS).writeTo(out);
        return out.toByteArray();
    }
}
