package network.litewatch.probe.edge;

import java.util.Optional;
import network.litewatch.probe.http.TlsTrust;

/**
 * How the {@code tls} probe shakes hands.
 *
 * @param name name to ask for and to find in the certificate, where it is not the URL's host
 * @param trust who may sign the certificate
 */
record TlsQuestion(Optional<String> name, TlsTrust trust) {
    TlsQuestion(Parameters parameters) {
        this(parameters.optional("name", TlsQuestion::hostName), HttpQuestion.trust(parameters));
    }

    private static String hostName(String text) {
        if (!text.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")) {
            throw new IllegalArgumentException("must be a host name: \"" + text + "\"");
        }
        return text;
    }
}
