package network.litewatch.probe.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import okhttp3.Dns;

/**
 * Looks names up without blocking the caller. The JVM's own lookup blocks, hence a few threads; askers of one name share one
 * lookup, so a name server that hangs costs one thread for each name, not one for each run. Thread-safe.
 */
final class Names implements AutoCloseable {
    private static final int THREADS = 32;

    private final Dns resolver;
    private final ExecutorService threads = WireThreads.pool(THREADS, "probe-names-");
    private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> underway = new ConcurrentHashMap<>();

    Names(Dns resolver) {
        this.resolver = resolver;
    }

    /** Whether {@code host} is an address, for which no name server is asked. */
    static boolean isLiteral(String host) {
        return NetUtil.createByteArrayFromIpAddressString(host) != null;
    }

    /** {@code host} as a URL has it, without the brackets around an IPv6 address. */
    static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * What {@code host} means, one address at least. Fails with an {@link UnknownHostException}, and with a
     * {@link java.util.concurrent.RejectedExecutionException} once closed.
     */
    CompletableFuture<List<InetAddress>> lookup(String host) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            return CompletableFuture.completedFuture(List.of(address(literal)));
        }
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> theirs = underway.putIfAbsent(host, mine);
        if (theirs != null) {
            return theirs;
        }
        threads.execute(() -> ask(host, mine));
        return mine;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void ask(String host, CompletableFuture<List<InetAddress>> answer) {
        try {
            List<InetAddress> found = resolver.lookup(host);
            underway.remove(host);
            if (found.isEmpty()) {
                answer.completeExceptionally(new UnknownHostException("no address"));
            } else {
                answer.complete(found);
            }
        } catch (UnknownHostException | RuntimeException e) {
            underway.remove(host);
            answer.completeExceptionally(e);
        }
    }

    private static InetAddress address(byte[] literal) {
        try {
            return InetAddress.getByAddress(literal);
        } catch (UnknownHostException e) {
            throw new CompletionException("a literal of " + literal.length + " bytes", e);
        }
    }
}
