package network.litewatch.controlplane.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskBufferTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MIB = 1 << 20;

    private final List<String> said = new ArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void whatWasAcceptedIsThereAfterACrash() throws IOException {
        Path crashed = folder.resolve("crashed");
        try (DiskBuffer buffer = open(folder.resolve("a"), MIB)) {
            buffer.add(records(0, 100));
            // As the disk is when the process is gone: nothing was closed.
            copy(folder.resolve("a"), crashed);
        }

        try (DiskBuffer again = open(crashed, MIB)) {
            assertThat(texts(again))
                    .isEqualTo(
                            records(0, 100).stream().map(DiskBuffer.Row::json).toList());
            assertThat(again.content().rows()).isEqualTo(100);
            assertThat(again.counters()).containsEntry("accepted", 100L);
        }
        assertThat(said).isEmpty();
    }

    @Test
    void aTornEndLosesWhatWasNotAcceptedAndNothingElse() throws IOException {
        Path torn = folder.resolve("torn");
        try (DiskBuffer buffer = open(folder.resolve("a"), MIB)) {
            buffer.add(records(0, 50));
            long whole = Files.size(folder.resolve("a/buffer.db-wal"));
            buffer.add(records(50, 50));
            copy(folder.resolve("a"), torn);
            try (RandomAccessFile wal =
                    new RandomAccessFile(torn.resolve("buffer.db-wal").toFile(), "rw")) {
                wal.setLength(whole + (wal.length() - whole) / 2);
            }
        }

        try (DiskBuffer again = open(torn, MIB)) {
            assertThat(texts(again))
                    .isEqualTo(records(0, 50).stream().map(DiskBuffer.Row::json).toList());
            again.add(records(100, 1));
            assertThat(again.content().rows()).isEqualTo(51);
        }
    }

    @Test
    void aRecordThatTheDiskChangedIsSetAsideAndTheOthersStay() throws IOException {
        try (DiskBuffer buffer = open(folder, MIB)) {
            buffer.add(records(0, 20));
        }
        flip(folder.resolve("buffer.db"), "record 7 ");

        try (DiskBuffer again = open(folder, MIB)) {
            assertThat(texts(again)).hasSize(19).noneMatch(text -> text.contains("record 7 "));
            assertThat(again.content().rows()).isEqualTo(19);
            assertThat(again.counters()).containsEntry("dropped.refused", 1L);
        }
    }

    @Test
    void aFileThatIsBrokenIsReadAsFarAsItGoesAndKeptForPeople() throws IOException {
        try (DiskBuffer buffer = open(folder, 8 * MIB)) {
            buffer.add(records(0, 2_000));
        }
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("buffer.db").toFile(), "rw")) {
            file.seek(file.length() / 2 / 4096 * 4096);
            file.write(new byte[4096 * 3]);
        }

        try (DiskBuffer again = open(folder, 8 * MIB)) {
            assertThat(again.content().rows()).isBetween(1_500L, 1_999L);
            assertThat(again.add(records(3_000, 1))).hasSize(1);
            assertThat(again.counters()).containsEntry("dropped.damaged", 1L);
        }
        assertThat(said).singleElement().satisfies(line -> assertThat(line).contains("damaged", "are kept"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> String.valueOf(f.getFileName())))
                    .anyMatch(n -> n.startsWith("buffer.db.damaged-"));
        }
    }

    @Test
    void aFileThatIsNoBufferAtAllStopsNothing() throws IOException {
        Files.writeString(
                folder.resolve("buffer.db"), "not a database, and long enough to have a header of one ".repeat(50));

        try (DiskBuffer buffer = open(folder, MIB)) {
            assertThat(buffer.add(records(0, 3))).hasSize(3);
        }
    }

    @Test
    void fullItRefusesWhatIsNewAndTakesAgainWhenThereIsRoom() throws IOException {
        try (DiskBuffer buffer = open(folder, MIB)) {
            List<DiskBuffer.Row> many = records(0, 12_000);
            List<DiskBuffer.Row> accepted = buffer.add(many);

            assertThat(accepted).hasSizeBetween(9_000, 11_999).isEqualTo(many.subList(0, accepted.size()));
            assertThat(buffer.counters()).containsEntry("dropped.buffer_full", 12_000L - accepted.size());
            assertThat(buffer.content().bytes()).isLessThanOrEqualTo(MIB);

            List<DiskBuffer.Row> newest = buffer.newest(500, MIB);
            assertThat(newest.get(499).json())
                    .isEqualTo(accepted.get(accepted.size() - 1).json());
            buffer.settle(newest.stream().map(DiskBuffer.Row::id).toList(), List.of());
            assertThat(buffer.add(records(20_000, 100))).hasSize(100);
        }
    }

    @Test
    void onAFullDiskItLeavesRoomToOthersCountsWhatItRefusesAndKeepsWhatItHas() throws IOException {
        AtomicLong usable = new AtomicLong(DiskBuffer.HEADROOM + 1);
        try (DiskBuffer buffer = DiskBuffer.open(folder, MIB, T0, said::add, at -> usable.get())) {
            assertThat(buffer.add(records(0, 3))).hasSize(3);
            usable.set(DiskBuffer.HEADROOM);
            assertThat(buffer.add(records(3, 2))).isEmpty();
            assertThat(buffer.counters()).containsEntry("dropped.disk_full", 2L).containsEntry("accepted", 3L);
            assertThat(texts(buffer)).hasSize(3);

            usable.set(DiskBuffer.HEADROOM + 1);
            assertThat(buffer.add(records(5, 1))).hasSize(1);
        }
    }

    @Test
    void itsFileStaysBoundedOverManyTimesItsSize() throws IOException {
        try (DiskBuffer buffer = open(folder, MIB)) {
            for (int round = 0; round < 60; round++) {
                assertThat(buffer.add(records(round * 5_000, 5_000))).hasSize(5_000);
                buffer.settle(
                        buffer.newest(5_000, 8 * MIB).stream()
                                .map(DiskBuffer.Row::id)
                                .toList(),
                        List.of());
            }
            assertThat(buffer.counters()).containsEntry("accepted", 300_000L).containsEntry("delivered", 300_000L);
        }
        assertThat(Files.size(folder.resolve("buffer.db"))).isLessThan(2 * MIB);
    }

    @Test
    void aRecordThatIsTooLargeIsDroppedAloneAndTheOldestIsKnown() throws IOException {
        try (DiskBuffer buffer = open(folder, MIB)) {
            List<DiskBuffer.Row> rows = new ArrayList<>(records(0, 2));
            rows.add(1, new DiskBuffer.Row(0, T0, "x".repeat(DiskBuffer.MAX_RECORD + 1)));

            assertThat(buffer.add(rows)).hasSize(2);
            assertThat(buffer.counters()).containsEntry("dropped.too_large", 1L);
            assertThat(buffer.content().oldest()).contains(T0);
        }
    }

    @Test
    void whatIsRejectedIsSetAsideWithTheReason() throws IOException {
        try (DiskBuffer buffer = open(folder, MIB)) {
            buffer.add(records(0, 2));
            List<DiskBuffer.Row> rows = buffer.newest(10, MIB);

            buffer.settle(
                    List.of(rows.get(0).id()),
                    List.of(new DiskBuffer.Refused(rows.get(1).id(), "not in the plan")));

            assertThat(buffer.content()).isEqualTo(new DiskBuffer.Content(0, 0, java.util.Optional.empty()));
            assertThat(buffer.counters()).containsEntry("delivered", 1L).containsEntry("dropped.refused", 1L);
        }
    }

    private DiskBuffer open(Path where, long size) throws IOException {
        return DiskBuffer.open(where, size, T0, said::add);
    }

    private static List<String> texts(DiskBuffer buffer) throws IOException {
        return buffer.newest(10_000, 64 * MIB).stream()
                .map(DiskBuffer.Row::json)
                .toList();
    }

    private static List<DiskBuffer.Row> records(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i ->
                        new DiskBuffer.Row(0, T0.plusSeconds(i), "{\"record " + i + " \":\"" + "x".repeat(80) + "\"}"))
                .toList();
    }

    private static void flip(Path file, String near) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(near);
        assertThat(at).isPositive();
        bytes[at + near.length() + 10] ^= 1;
        Files.write(file, bytes);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(String.valueOf(file.getFileName())), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
