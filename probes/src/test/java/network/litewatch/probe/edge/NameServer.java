package network.litewatch.probe.edge;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Message;

/** A name server on loopback that answers by UDP and TCP, on one port, whatever a test says. */
final class NameServer implements Closeable {
    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final Answers answers;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** The messages to send for a query, in their order. */
    interface Answers {
        List<byte[]> to(Message query, boolean byTcp) throws IOException;
    }

    NameServer(Answers answers) throws IOException {
        this.answers = answers;
        this.tcp = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        this.udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress());
        start(this::serveUdp);
        start(this::serveTcp);
    }

    String url() {
        return "dns://127.0.0.1:" + tcp.getLocalPort();
    }

    /** How it was asked so far, {@code udp} or {@code tcp}. */
    List<String> asked() {
        return asked;
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "name-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                asked.add("udp");
                Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
                for (byte[] answer : answers.to(query, false)) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket socket = tcp.accept()) {
                asked.add("tcp");
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                for (byte[] answer : answers.to(new Message(query), true)) {
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            } catch (IOException closed) {
                // The loop's condition says whether it was us.
            }
        }
    }
}
