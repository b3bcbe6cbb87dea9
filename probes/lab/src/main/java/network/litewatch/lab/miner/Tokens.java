package network.litewatch.lab.miner;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The tokens of one answer, in order, for one reader. */
interface Tokens {

    /** What a miner says that has the wrong answer to everything. */
    List<String> WRONG = List.of(" it", " is", " all", " the", " same", " to", " me", ".");

    /**
     * The next token's text, or null at the end.
     *
     * @throws IllegalStateException when there is none because of a failure
     */
    @Nullable
    String next();

    /** Nobody reads any more. */
    void cancel();

    /** Tokens that are there already. */
    static Tokens ready(List<String> tokens) {
        Iterator<String> left = tokens.iterator();
        return new Tokens() {
            @Override
            public @Nullable String next() {
                return left.hasNext() ? left.next() : null;
            }

            @Override
            public void cancel() {
                // nothing makes them any more
            }
        };
    }

    /** {@code count} tokens that are the same whatever was asked. */
    static Tokens wrong(int count) {
        return ready(IntStream.range(0, count)
                .mapToObj(i -> WRONG.get(i % WRONG.size()))
                .toList());
    }
}
