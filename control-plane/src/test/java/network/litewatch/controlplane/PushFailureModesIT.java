package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import network.litewatch.controlplane.assess.Signal;
import network.litewatch.fault.FaultInjector.FaultHandle;
import org.junit.jupiter.api.Test;

/** What should be pushed and is not: an RPC's subscriptions, the sequencer's feed. */
class PushFailureModesIT extends FailureModes {
    private static final String FEED = "feed";

    @Test
    void subscriptionsThatAreDead() {
        heard();
        FaultHandle mute = trial.chain().injectSocket("rpc.mute");
        trial.pass(80, 1);
        mute.undo();
        Seen seen = expect("rpc-a", Signal.PUSH_SILENT_SECONDS, "RpcSubscriptionSilent rpc-a");

        healthy();
        trial.label("cadence", "quiet");
        heard();
        FaultHandle quiet = trial.chain().injectSocket("rpc.mute");
        trial.pass(40, 0);
        quiet.undo();
        silent();
        assertThat(trial.signal("rpc-a", Signal.PUSH_SILENT_SECONDS)).hasValue(0.0);
        row("dead subscription", "rpc.mute for 80 s", seen, "the same on a chain where nothing happens");
    }

    @Test
    void aSocketThatCannotBeOpened() {
        heard();
        FaultHandle away = trial.chain().injectSocket("rpc.no-socket");
        trial.pass(40, 1);
        away.undo();
        // The RPC answers over HTTP as before: nothing else is said of it.
        Seen seen = expect("rpc-a", Signal.PROBE_CONSECUTIVE_FAILURES, "RpcSubscriptionFailing rpc-a");

        healthy();
        heard();
        FaultHandle moment = trial.chain().injectSocket("rpc.no-socket");
        trial.pass(20, 1);
        moment.undo();
        trial.pass(20, 1);
        silent();
        row("no subscription", "rpc.no-socket for 40 s", seen, "two runs refused, then taken");
    }

    @Test
    void aFeedWhoseSequencerHasGone() {
        heard();
        FaultHandle mute = trial.chain().muteFeed();
        trial.pass(140, 1);
        mute.undo();
        Seen seen = expect(FEED, Signal.PUSH_SILENT_SECONDS, "SequencerFeedSilent feed", "SequencerFeedDead feed");
        // It still repeats what it holds to everybody who connects.
        assertThat(trial.signal(FEED, Signal.PUSH_MESSAGES))
                .hasValueSatisfying(held -> assertThat(held).isPositive());

        healthy();
        trial.label("cadence", "quiet");
        heard();
        trial.pass(40, 0);
        silent();
        row("sequencer feed silent", "feed.mute for 140 s", seen, "no blocks and no messages");
    }

    /** Both sources are listened to, and both push. */
    private static void heard() {
        trial.listen();
        trial.pass(12, 1);
        silent();
        assertThat(trial.signal("rpc-a", Signal.PUSH_MESSAGES))
                .hasValueSatisfying(pushed -> assertThat(pushed).isPositive());
        assertThat(trial.signal(FEED, Signal.PUSH_MESSAGES))
                .hasValueSatisfying(pushed -> assertThat(pushed).isPositive());
    }
}
