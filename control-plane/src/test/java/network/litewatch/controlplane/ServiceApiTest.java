package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServiceApiTest {
    @Test
    void whatMayHaveBeenDoneIsNotPostedAgain() throws Exception {
        AtomicInteger posted = new AtomicInteger();
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            posted.incrementAndGet();
            byte[] body = "{\"message\": \"the journal is torn\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(500, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
        try {
            ServiceApi api = ServiceApi.local(service.getAddress().getPort());

            assertThatThrownBy(() -> api.postPatiently("/api/v1/drills/runs", "{}", "an operator's"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("HTTP 500")
                    .hasMessageContaining("the journal is torn");
            assertThat(posted).hasValue(1);
        } finally {
            service.stop(0);
        }
    }
}
