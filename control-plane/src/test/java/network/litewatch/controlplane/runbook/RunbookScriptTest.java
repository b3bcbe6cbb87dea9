package network.litewatch.controlplane.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script of the pages makes of a runbook's lines and of answers, in Node. */
class RunbookScriptTest {
    /** A call for observations, with whose they are to be filled in. */
    private static final Pattern OBSERVED =
            Pattern.compile("`(curl -s '[^'`]*/api/v1/observations[^'`]*=(?:TARGET|NETWORK)')`");

    @TempDir
    private Path folder;

    @Test
    void aCallOfOurApiIsAskedWithWhatIsKnown() throws Exception {
        assertThat(question(
                        "curl -s 'http://127.0.0.1:8080/api/v1/observations?probe=rpc.head&limit=20&target=TARGET'"))
                .isEqualTo("/api/v1/observations?probe=rpc.head&limit=20&target=a%2Fb");
        assertThat(question("curl -s http://127.0.0.1:8080/api/v1/reputation?network=NETWORK"))
                .isEqualTo("/api/v1/reputation?network=lab");
        assertThat(question("curl -s http://127.0.0.1:8080/api/v1/targets | jq '.[0]'"))
                .isEqualTo("/api/v1/targets");
    }

    @Test
    void whatIsNotKnownOrNotOursOrChangesSomethingIsNotAsked() throws Exception {
        assertThat(question("curl -s 'http://127.0.0.1:8080/api/v1/chain-events?session_id=SESSION&limit=20'"))
                .isEqualTo("null");
        assertThat(question("curl -X POST http://127.0.0.1:8081/-/reload")).isEqualTo("null");
        assertThat(question("curl -s -X DELETE http://127.0.0.1:8080/api/v1/silences/1"))
                .isEqualTo("null");
        assertThat(question("curl -s 'http://router.example:8080/api/v1/status'"))
                .isEqualTo("null");
        assertThat(question("curl -s \\\"$RPC_URL\\\"")).isEqualTo("null");
        assertThat(question("systemctl status cortensor")).isEqualTo("null");
    }

    @Test
    void everyShippedQuestionThatNeedsNoMoreThanItsAlertIsAsked() throws Exception {
        ArrayNode calls = JsonNodeFactory.instance.arrayNode();
        try (Stream<Path> files = Files.list(Path.of("../runbooks"))) {
            for (Path file : files.filter(one -> one.toString().endsWith(".md")).toList()) {
                OBSERVED.matcher(Files.readString(file)).results().forEach(found -> calls.add(found.group(1)));
            }
        }
        assertThat(calls).hasSizeGreaterThan(20);
        assertThat(node(calls
                        + ".filter((line) => m.question(line, {target: 't', network: 'n'}) === null).join('\\n')"))
                .isEmpty();
    }

    @Test
    void answersAreLaidOutAndCut() throws Exception {
        assertThat(node("m.shown('{\"a\":[1]}')")).isEqualTo("{\n \"a\": [\n  1\n ]\n}");
        assertThat(node("m.shown('<html>')")).isEqualTo("<html>");
        assertThat(node("m.shown('x'.repeat(20001))")).endsWith("1 more characters: ask for less");
    }

    @Test
    void aRunSaysHowFarItIsAndHowItEnded() throws Exception {
        assertThat(node("m.standing({id: 'f-1', state: 'injected'})")).isEqualTo("f-1: injected");
        assertThat(
                        node(
                                "m.standing({id: 'f-1', state: 'planned', needsTwoPeople: true, events: [{what: 'waits for a second person'}]})"))
                .isEqualTo("f-1: planned: waits for a second person");
        assertThat(node("m.standing({id: 'f-1', state: 'closed', verdict: 'proved', passed: true, why: 'all came'})"))
                .isEqualTo("f-1: proved: all came");
        assertThat(node("m.standing({id: 'f-1', state: 'closed', verdict: 'late', passed: false, why: 'slow'})"))
                .isEqualTo("f-1: late, NOT as it should be: slow");
    }

    @Test
    void runsThatAreOpenAlreadyAreShownWithTheirDrill() throws Exception {
        String runs = "[{id: 'c', drill: 'freeze', state: 'planned', needsTwoPeople: true}, {id: 'b', drill: 'freeze',"
                + " state: 'closed'}, {id: 'a', drill: 'freeze', state: 'injected'}, {id: 'x', drill: 'other', state:"
                + " 'steady'}]";
        assertThat(node("m.openRuns(" + runs + ", new Map([['freeze', 1]])).map((run) => run.id)"))
                .isEqualTo("a,c");
        assertThat(node(runs + ".map(m.waitsForApproval).map(Boolean)")).isEqualTo("true,false,false,false");
    }

    @Test
    void aRunIsFollowedToItsEndThroughLooksThatFail() throws Exception {
        String looks = "[() => { throw new Error('503: busy') },"
                + " () => ({id: 'f-1', state: 'closed', verdict: 'proved', passed: true, why: 'all came'})]";
        String told = "((told, looks) => m.follow({id: 'f-1', state: 'injected'}, async () => looks.shift()(),"
                + " (text) => told.push(text), async () => {}).then(() => told.join('\\n')))([], " + looks + ")";
        assertThat(node(told).lines())
                .containsExactly("f-1: injected", "f-1: injected; no answer now: 503: busy", "f-1: proved: all came");
    }

    private String question(String line) throws Exception {
        return node("m.question(\"" + line + "\", {target: 'a/b', network: 'lab'})");
    }

    /** What {@code expression} over the module {@code m} is, as text. */
    private String node(String expression) throws Exception {
        Path script = Files.writeString(folder.resolve("page.mjs"), RunbookPage.script());
        Path asked = Files.writeString(
                folder.resolve("ask.mjs"),
                "import * as m from '" + script.toUri() + "';\nprocess.stdout.write(String(await (" + expression
                        + ")));\n");
        Process node = new ProcessBuilder("node", asked.toString())
                .redirectErrorStream(true)
                .start();
        node.getOutputStream().close();
        String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(node.exitValue()).as(said).isZero();
        return said;
    }
}
