package network.litewatch.controlplane.ingest.elastic;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch._types.ErrorCause;
import java.time.LocalDate;
import java.util.List;
import network.litewatch.controlplane.ingest.BulkTarget.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
    @ParameterizedTest
    @CsvSource({
        "200, Stored", "201, Stored", "409, Duplicate", "400, Poison", "413, Poison", "401, Misconfigured",
                "403, Misconfigured",
        "404, Misconfigured", "429, Retry", "500, Retry", "502, Retry", "503, Retry", "504, Retry", "0, Retry"
    })
    void aDocumentIsJudgedByItsOwnStatus(int status, String verdict) {
        ErrorCause cause = ErrorCause.of(e -> e.type("some_exception").reason("because"));

        assertThat(BulkWriter.verdict(status, cause).getClass().getSimpleName()).isEqualTo(verdict);
        assertThat(BulkWriter.verdict(status, null).getClass().getSimpleName()).isEqualTo(verdict);
    }

    @Test
    void whatIsRefusedForGoodKeepsTypeAndReason() {
        assertThat(BulkWriter.verdict(
                        400,
                        ErrorCause.of(
                                e -> e.type("strict_dynamic_mapping_exception").reason("field x"))))
                .isEqualTo(new Verdict.Poison("strict_dynamic_mapping_exception", "field x"));
    }

    @Test
    void onlyOurOwnDailyIndicesBeforeTheOldestDayExpire() {
        assertThat(Retention.expired(
                        List.of(
                                "litewatch-observations-2026.01.09",
                                "litewatch-observations-2026.01.10",
                                "litewatch-alerts-2025.12.31",
                                "litewatch-chain-events-2026.01.08",
                                "litewatch-observations-2026.13.01",
                                "litewatch-observations-2026.01.01-restored",
                                "my-litewatch-observations-2026.01.01",
                                "litewatch-other-2026.01.01",
                                "logs-2020.01.01"),
                        LocalDate.of(2026, 1, 10)))
                .containsExactly(
                        "litewatch-alerts-2025.12.31",
                        "litewatch-chain-events-2026.01.08",
                        "litewatch-observations-2026.01.09");
    }
}
