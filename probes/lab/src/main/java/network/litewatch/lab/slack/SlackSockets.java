package network.litewatch.lab.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.Threads;

/**
 * Socket Mode, as Slack has it: an app that asked {@code apps.connections.open} connects with a ticket that is good once, is greeted, and
 * gets presses as envelopes. One that is not acked within three seconds comes again. Listens on a free port of 127.0.0.1. Thread-safe.
 */
final class SlackSockets implements AutoCloseable {
    private static final String PATH = "/link/";
    private static final int MAX_BYTES = 64 << 10;
    private static final int TRIES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    // Slack gives ten seconds to who is told that a connection is about to end; tests need not wait so long.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, Threads.named("slack-socket"), NioIoHandler.newFactory());
    private final Set<String> tickets = ConcurrentHashMap.newKeySet();
    // The newest last.
    private final List<SlackSocketConnection> connections = new CopyOnWriteArrayList<>();
    private final Map<String, CompletableFuture<Void>> unacked = new ConcurrentHashMap<>();
    private final AtomicInteger acksToLose = new AtomicInteger();
    private final Channel listening;

    /** Listens at once. */
    SlackSockets() {
        this.listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        serve(fresh);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private void serve(Channel fresh) {
        fresh.pipeline()
                .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(MAX_BYTES),
                        new SlackSocketTicketCheck(tickets::remove),
                        new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                                .websocketPath(PATH)
                                .checkStartsWith(true)
                                .maxFramePayloadLength(MAX_BYTES)
                                .build()),
                        new SlackSocketConnection(this::opened, this::said, connections::remove));
    }

    /** Where an app may connect, once. */
    URI ticket() {
        String ticket = UUID.randomUUID().toString();
        tickets.add(ticket);
        int port = ((InetSocketAddress) listening.localAddress()).getPort();
        return URI.create(
                "ws://127.0.0.1:" + port + PATH + "?" + SlackSocketTicketCheck.TICKET + ticket + "&app_id=A00000LAB");
    }

    /** How many connections there are. */
    int open() {
        return connections.size();
    }

    /**
     * Tells the app of a press, again until it is acked.
     *
     * @throws IOException when it is not acked after three tries of three seconds
     */
    void press(ObjectNode payload) throws IOException {
        String id = UUID.randomUUID().toString();
        ObjectNode envelope =
                Json.object().put("envelope_id", id).put("type", "interactive").put("accepts_response_payload", false);
        envelope.set("payload", payload);
        var acked = new CompletableFuture<Void>();
        unacked.put(id, acked);
        try {
            for (int tries = 0; tries < TRIES; tries++) {
                best().ifPresent(connection -> connection.say(envelope));
                if (within(PATIENCE, acked)) {
                    return;
                }
            }
            throw new IOException("not acked in " + TRIES + " tries");
        } finally {
            unacked.remove(id);
        }
    }

    /** Tells every connection that it is about to end, and why: {@code warning}, {@code refresh_requested} or {@code link_disabled}. */
    void disconnect(String reason) {
        for (SlackSocketConnection connection : connections) {
            connection.leave(
                    Json.object().put("type", "disconnect").put("reason", reason),
                    reason.equals("link_disabled") ? Duration.ZERO : FAREWELL);
        }
    }

    /** Ends every connection without a word. */
    void cut() {
        connections.forEach(SlackSocketConnection::cut);
    }

    /** The next {@code acks} are lost on the way. */
    void loseAcks(int acks) {
        acksToLose.set(acks);
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private void opened(SlackSocketConnection connection) {
        connections.add(connection);
        ObjectNode hello = Json.object().put("type", "hello").put("num_connections", connections.size());
        hello.putObject("connection_info").put("app_id", "A00000LAB");
        hello.putObject("debug_info").put("host", "lab").put("approximate_connection_time", 18_060);
        connection.say(hello);
    }

    private void said(JsonNode message) {
        CompletableFuture<Void> acked = unacked.get(message.path("envelope_id").asText());
        if (acked != null && acksToLose.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            acked.complete(null);
        }
    }

    /** The newest that is not about to end, or one that is. */
    private Optional<SlackSocketConnection> best() {
        return connections.stream().reduce((older, newer) -> newer.isLeaving() && !older.isLeaving() ? older : newer);
    }

    private static boolean within(Duration patience, CompletableFuture<Void> acked) throws IOException {
        try {
            acked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the app was told", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails it", e);
        }
    }
}
