package network.litewatch.probe.edge;

import java.util.Optional;
import network.litewatch.probe.http.AnswerPattern;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * What the {@code dns} probe asks a name server and wants of the answer.
 *
 * @param record the question; empty only while the parameters are wrong
 * @param rcode the answer's code that is right
 * @param expect a pattern that one of the answer's records must show, as in {@code 192.0.2.1}
 * @param minAnswers the fewest records of the asked type that are right
 * @param tcp whether to ask by TCP from the start
 */
record DnsQuestion(Optional<Record> record, int rcode, Optional<AnswerPattern> expect, int minAnswers, boolean tcp) {
    DnsQuestion(Parameters parameters) {
        this(
                question(parameters),
                parameters.optional("rcode", DnsQuestion::rcode).orElse(Rcode.NOERROR),
                parameters.optional("expect", HttpQuestion::pattern),
                parameters.number("min_answers", 0, 100).orElse(1),
                parameters.flag("tcp", false));
    }

    /** The fewest answers that are right: with an error as the right code, none. */
    int needed() {
        return rcode == Rcode.NOERROR ? minAnswers : 0;
    }

    private static Optional<Record> question(Parameters parameters) {
        Optional<Name> name = parameters.required("name", "the name to look up, as router.example", DnsQuestion::name);
        int type = parameters.optional("type", DnsQuestion::type).orElse(Type.A);
        return name.map(known -> Record.newRecord(known, type, DClass.IN));
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("is no DNS name: \"" + text + "\"", e);
        }
    }

    private static int type(String text) {
        int type = Type.value(text);
        // Transfers are a burden, and ANY means nothing any more (RFC 8482).
        if (type < 0 || type >= Type.TKEY) {
            throw new IllegalArgumentException("must be a record type, as A, AAAA, CNAME or TXT: \"" + text + "\"");
        }
        return type;
    }

    private static int rcode(String text) {
        int code = Rcode.value(text);
        if (code < 0) {
            throw new IllegalArgumentException("must be a response code, as NOERROR or NXDOMAIN: \"" + text + "\"");
        }
        return code;
    }
}
