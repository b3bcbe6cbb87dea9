package network.litewatch.controlplane.gate.report;

import java.util.Locale;

/** An SVG with two linear axes; what lies beyond them is drawn at their ends. */
final class Chart {
    private static final int WIDTH = 920;
    private static final int HEIGHT = 260;
    private static final int LEFT = 56;
    private static final int BOTTOM = 34;
    private static final int TOP = 18;
    private static final int RIGHT = 14;
    private static final int TICKS = 6;

    private final StringBuilder svg = new StringBuilder(4_096);
    private final double mostX;
    private final double mostY;

    /** From 0 to {@code mostX} and 0 to {@code mostY}, both above 0. */
    Chart(String title, String x, String y, double mostX, double mostY) {
        this.mostX = mostX;
        this.mostY = mostY;
        svg.append(text(
                "<svg viewBox='0 0 %d %d' role='img' aria-label='%s'>", WIDTH, HEIGHT, Html.escape(title + ": " + y)));
        double stepX = step(mostX);
        for (double at = 0; at <= mostX * 1.0001; at += stepX) {
            svg.append(text(
                    "<line class='grid' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/><text class='tick' x='%.1f' y='%d' text-anchor='middle'>%s</text>",
                    x(at), TOP, x(at), HEIGHT - BOTTOM, x(at), HEIGHT - BOTTOM + 14, number(at)));
        }
        double stepY = step(mostY);
        for (double at = 0; at <= mostY * 1.0001; at += stepY) {
            svg.append(text(
                    "<line class='grid' x1='%d' y1='%.1f' x2='%d' y2='%.1f'/><text class='tick' x='%d' y='%.1f' text-anchor='end'>%s</text>",
                    LEFT, y(at), WIDTH - RIGHT, y(at), LEFT - 6, y(at) + 4, number(at)));
        }
        svg.append(text(
                "<text class='axis' x='%d' y='%d' text-anchor='middle'>%s</text><text class='axis' x='%d' y='12'>%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, Html.escape(x), 4, Html.escape(y)));
    }

    /** Shades a stretch of x, with a word at its top. */
    void band(double from, double to, String kind, String word) {
        svg.append(text(
                "<rect class='%s' x='%.1f' y='%d' width='%.1f' height='%d'><title>%s</title></rect>",
                kind, x(from), TOP, Math.max(1, x(to) - x(from)), HEIGHT - BOTTOM - TOP, Html.escape(word)));
        if (!word.isEmpty()) {
            svg.append(text("<text class='word' x='%.1f' y='%d'>%s</text>", x(from) + 3, TOP + 11, Html.escape(word)));
        }
    }

    void point(double atX, double atY, String kind, String said) {
        svg.append(text(
                "<circle class='%s' cx='%.1f' cy='%.1f' r='2.2'><title>%s</title></circle>",
                kind, x(atX), y(atY), Html.escape(said)));
    }

    /** An upright line at x. */
    void mark(double atX, String kind, String word) {
        svg.append(text(
                "<line class='%s' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/><text class='word' x='%.1f' y='%d'>%s</text>",
                kind, x(atX), TOP, x(atX), HEIGHT - BOTTOM, x(atX) + 4, HEIGHT - BOTTOM - 6, Html.escape(word)));
    }

    /** A line that goes up in steps, as a share does: through {@code xs}, each one step of {@code mostY} over their number. */
    void steps(double[] xs, int of, String color) {
        StringBuilder path = new StringBuilder(text("M%.1f %.1f", x(0), y(0)));
        for (int i = 0; i < xs.length; i++) {
            path.append(text("H%.1f V%.1f", x(xs[i]), y((i + 1.0) / of)));
        }
        svg.append(text("<path class='line' style='stroke:%s' d='%s'/>", color, path));
    }

    /** A word in a colour, in a row of them at the upper right. */
    void legend(int index, String color, String word) {
        svg.append(text(
                "<rect x='%d' y='%d' width='10' height='10' style='fill:%s'/><text class='word' x='%d' y='%d'>%s</text>",
                WIDTH - 170, TOP + 100 + 16 * index, color, WIDTH - 155, TOP + 109 + 16 * index, Html.escape(word)));
    }

    String end() {
        return svg.append("</svg>").toString();
    }

    private double x(double value) {
        return LEFT + Math.min(1, Math.max(0, value / mostX)) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - Math.min(1, Math.max(0, value / mostY)) * (HEIGHT - BOTTOM - TOP);
    }

    /** One, two or five times a power of ten. */
    private static double step(double most) {
        double rough = most / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double lead = rough / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : text("%.2g", value);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
