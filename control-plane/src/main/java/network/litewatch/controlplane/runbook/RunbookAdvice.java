package network.litewatch.controlplane.runbook;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.notify.Advice;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.ListBlock;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * A runbook in a few lines, for a message: whom it hurts, the first two questions, the first remedy. A section that a runbook lacks gives
 * nothing.
 */
public final class RunbookAdvice {
    private static final int MOST_IMPACT = 240;
    private static final int MOST_STEP = 120;
    private static final int QUESTIONS = 2;
    private static final int REMEDIES = 1;
    // A command that is longer is read, and copied, in the runbook.
    private static final int SHORT_CODE = 40;
    private static final Parser MARKDOWN = Parser.builder().build();
    private static final TextContentRenderer TEXT =
            TextContentRenderer.builder().build();
    private static final Pattern SENTENCE = Pattern.compile("[.?!](?=\\s+[\\p{Lu}`\"]|\\s*$)");
    private static final Pattern TARGET = Pattern.compile("\\bTARGET\\b");

    private RunbookAdvice() {}

    /** What {@code runbook} says of {@code alert}, with the name of its target where the runbook has {@code TARGET}. */
    public static Advice of(Runbook runbook, Alert alert) {
        Node document = MARKDOWN.parse(runbook.markdown());
        List<String> next = Stream.concat(
                        items(document, "Diagnosis", QUESTIONS), items(document, "Mitigation", REMEDIES))
                .map(step -> named(step, alert))
                .toList();
        return new Advice(named(impact(document), alert), next, runbook.facts().getOrDefault("owner team", ""));
    }

    private static String named(String text, Alert alert) {
        String target = alert.labels().getOrDefault("target", "");
        return target.isEmpty() ? text : TARGET.matcher(text).replaceAll(Matcher.quoteReplacement(target));
    }

    private static String impact(Node document) {
        return blocks(document, "Impact")
                .filter(Paragraph.class::isInstance)
                .findFirst()
                .map(paragraph -> sentences(plain(paragraph), MOST_IMPACT))
                .orElse("");
    }

    /** The first sentence of each of the first {@code most} items of a section's first list. */
    private static Stream<String> items(Node document, String section, int most) {
        return blocks(document, section)
                .filter(ListBlock.class::isInstance)
                .limit(1)
                .flatMap(RunbookAdvice::children)
                .map(item -> children(item)
                        .filter(Paragraph.class::isInstance)
                        .findFirst()
                        .map(RunbookAdvice::plain)
                        .orElse(""))
                .map(text -> sentences(text, 1))
                .map(text -> shortened(text.replaceFirst("[:;,]$", ""), MOST_STEP))
                .filter(text -> !text.isBlank())
                .limit(most);
    }

    /** Blocks below a heading of the second level, up to the next. */
    private static Stream<Node> blocks(Node document, String section) {
        return children(document)
                .dropWhile(
                        node -> !isSection(node) || !TEXT.render(node).strip().equals(section))
                .skip(1)
                .takeWhile(node -> !isSection(node));
    }

    private static boolean isSection(Node node) {
        return node instanceof Heading heading && heading.getLevel() <= 2;
    }

    private static Stream<Node> children(Node parent) {
        List<Node> children = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNext()) {
            children.add(child);
        }
        return children.stream();
    }

    /** Whole sentences from the start, at least one, within {@code most} characters where that is possible. */
    private static String sentences(String text, int most) {
        Matcher ends = SENTENCE.matcher(text);
        int end = -1;
        while (ends.find() && (end < 0 || ends.end() <= most)) {
            end = ends.end();
        }
        return shortened(end < 0 ? text : text.substring(0, end), Math.max(most, MOST_IMPACT));
    }

    /** Cut between words. */
    private static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int cut = text.lastIndexOf(' ', most - 1);
        return text.substring(0, cut > 0 ? cut : Character.isLowSurrogate(text.charAt(most - 1)) ? most - 2 : most - 1)
                + "…";
    }

    /** Words and short code; what a long command would say stands in the runbook. */
    private static String plain(Node paragraph) {
        StringBuilder text = new StringBuilder();
        paragraph.accept(new AbstractVisitor() {
            @Override
            public void visit(Text node) {
                text.append(node.getLiteral());
            }

            @Override
            public void visit(Code node) {
                text.append(node.getLiteral().length() <= SHORT_CODE ? node.getLiteral() : "…");
            }

            @Override
            public void visit(SoftLineBreak node) {
                text.append(' ');
            }

            @Override
            public void visit(HardLineBreak node) {
                text.append(' ');
            }
        });
        // A sentence that only hands over to a command ends before it.
        return text.toString()
                .replaceFirst("[:,]? …$", "")
                .replaceFirst("^…[:,] ", "")
                .strip();
    }
}
