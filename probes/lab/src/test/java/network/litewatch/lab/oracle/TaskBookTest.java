package network.litewatch.lab.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import network.litewatch.lab.oracle.TaskBook.Due;
import network.litewatch.lab.oracle.TaskBook.Phase;
import org.junit.jupiter.api.Test;

final class TaskBookTest {

    private static final TaskBook.Id TASK = new TaskBook.Id(1, 0);

    private final TaskBook book = new TaskBook();

    @Test
    void aTaskIsDueForEachPhaseInTurn() {
        book.queued(TASK, 100);
        assertThat(book.due(159, 60)).isEmpty();
        assertThat(book.due(160, 60)).containsExactly(new Due(TASK, Phase.PRECOMMIT));
        book.precommitEnded(TASK, 161);
        assertThat(book.due(220, 60)).isEmpty();
        assertThat(book.due(221, 60)).containsExactly(new Due(TASK, Phase.COMMIT));
        book.ended(TASK);
        assertThat(book.due(1_000, 60)).isEmpty();
    }

    @Test
    void aShorterPatienceCountsForTasksThatAreOpen() {
        book.queued(TASK, 100);
        assertThat(book.due(110, 60)).isEmpty();
        assertThat(book.due(110, 5)).containsExactly(new Due(TASK, Phase.PRECOMMIT));
    }

    @Test
    void anEndThatWasLostIsAskedForAgainAndNotForEver() {
        book.queued(TASK, 0);
        assertThat(book.due(60, 60)).hasSize(1);
        assertThat(book.due(69, 60)).isEmpty();
        for (int asked = 2; asked <= 5; asked++) {
            assertThat(book.due(60 + 10 * (asked - 1), 60)).hasSize(1);
        }
        assertThat(book.due(1_000, 60)).as("forgotten").isEmpty();
    }

    @Test
    void whatIsNotKnownIsLeftAlone() {
        book.precommitEnded(TASK, 1);
        book.ended(TASK);
        assertThat(book.due(1_000, 60)).isEmpty();
    }
}
