package network.litewatch.probe.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.SecretUrl;

/**
 * Connections of one event loop that wait for their next request. What was checked when it was dialled is still where it leads; an
 * end to its life sees to it that a name that has moved is looked up again. Used by the loop alone, hence without a lock.
 */
final class KeptConnections {
    private static final long MAX_IDLE = Duration.ofSeconds(30).toNanos();
    private static final long MAX_AGE = Duration.ofSeconds(60).toNanos();

    private final Map<Owner, Deque<Kept>> waiting = new HashMap<>();

    /**
     * Whose a connection is: a URL's with all that is secret in it, so that two keys at one provider share nothing.
     *
     * @param trust who was trusted to vouch for the server
     */
    record Owner(SecretUrl url, TlsTrust trust) {
        /** Who asks {@code request}. */
        static Owner of(HttpRequest request) {
            return new Owner(request.url(), request.trust());
        }
    }

    /**
     * An open connection.
     *
     * @param bornAt when it was dialled, on the exchanger's clock
     * @param idleSince when its latest answer ended
     */
    record Kept(Channel channel, long bornAt, long idleSince) {
        private boolean isStale(long now) {
            return !channel.isActive() || now - bornAt > MAX_AGE || now - idleSince > MAX_IDLE;
        }
    }

    /** A connection that will do for {@code request}, the one used last, if there is any; it is the caller's from now on. */
    Optional<Kept> take(HttpRequest request, long now) {
        if (!request.reuse()) {
            return Optional.empty();
        }
        Owner owner = Owner.of(request);
        Deque<Kept> candidates = waiting.get(owner);
        Optional<Kept> found = Optional.empty();
        while (candidates != null && found.isEmpty() && !candidates.isEmpty()) {
            Kept candidate = candidates.removeLast();
            if (candidate.isStale(now)) {
                close(candidate);
            } else {
                found = Optional.of(candidate);
            }
        }
        found.ifPresent(kept -> kept.channel().pipeline().remove(Idle.class));
        if (candidates != null && candidates.isEmpty()) {
            waiting.remove(owner);
        }
        return found;
    }

    /** Takes the connection that answered {@code request} and has nothing more to say. A server that says something all the same is hung up on. */
    void keep(HttpRequest request, Kept kept) {
        kept.channel().pipeline().addLast(new Idle());
        if (kept.isStale(kept.idleSince())) {
            close(kept);
        } else {
            waiting.computeIfAbsent(Owner.of(request), o -> new ArrayDeque<>()).addLast(kept);
        }
    }

    /** Closes what nobody came for. */
    void sweep(long now) {
        waiting.values()
                .forEach(all -> all.removeIf(kept -> {
                    boolean stale = kept.isStale(now);
                    if (stale) {
                        close(kept);
                    }
                    return stale;
                }));
        waiting.values().removeIf(Deque::isEmpty);
    }

    private static void close(Kept kept) {
        hangUp(kept.channel());
    }

    /** Closes {@code channel}, some time soon. */
    static void hangUp(Channel channel) {
        var unused = channel.close();
    }

    /** A connection between requests: whatever happens to it ends it. */
    private static final class Idle extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            hangUp(context.channel());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            hangUp(context.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            hangUp(context.channel());
        }
    }
}
