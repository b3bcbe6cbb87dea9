/**
 * Generic probes of what stands at the edge of a network: web servers, certificates, ports, name servers, web sockets. Their
 * phases and most of their numbers are those of blackbox_exporter.
 *
 * <p>Each target's parameters become a question once, checked where the configuration is read. Whatever a server sends is
 * bounded before it is looked at; expectations are CEL over parsed JSON, or regular expressions with bounded work.
 */
@NullMarked
package network.litewatch.probe.edge;

import org.jspecify.annotations.NullMarked;
