package network.litewatch.controlplane.injector;

import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Configurations out of YAML, read and validated as at start. */
final class InjectorConfigurations {
    private InjectorConfigurations() {}

    static InjectorConfiguration read(String yaml) throws Exception {
        return new YamlConfigurationFactory<>(
                        InjectorConfiguration.class, Validators.newValidator(), Jackson.newObjectMapper(), "dw")
                .build(path -> new ByteArrayInputStream((LOOPBACK + yaml).getBytes(StandardCharsets.UTF_8)), "given");
    }

    static List<String> problems(String yaml) throws Exception {
        return read(yaml).problems();
    }

    private static final String LOOPBACK = """
            server:
              applicationConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
              adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
            """;
}
