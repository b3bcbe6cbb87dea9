// What is promised, how much of each error budget is left, and how fast it burns.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { GOOD_ABOVE, GOOD_BELOW, MATCH, PROMETHEUS, board, lines, number, promql, runbook, threshold } from './parts.mjs';

const metric = (name, legend = '{{target}}') => promql(`litewatch_${name}{${MATCH}}`, legend);
const links = [runbook('slo-burning')];

export function slos() {
  return board({
    title: 'Litewatch: SLOs and drift',
    uid: 'litewatch-slos',
    description: 'The promises of alert-rules/slo/ for the chosen networks. Every share stands with its 95 % interval, which holds however often it is looked at. Drift is what detectors find of single targets.',
  })
    .withRow(new dashboard.RowBuilder('Now'))
    .withPanel(number({
      title: 'Budgets that burn too fast',
      description: 'SLOs whose budget burns 14.4 times too fast over an hour, or 6 times over six: SloBurnPage. Good is 0.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(1),
      links,
      queries: [promql(`sum(litewatch_slo_burn_page{${MATCH}})`, 'page', { instant: true })],
    }))
    .withPanel(number({
      title: 'Budgets that will not last',
      description: 'SLOs whose budget burns 3 times too fast over a day, or at all over three: SloBurnTicket. Good is 0.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(1),
      links,
      queries: [promql(`sum(litewatch_slo_burn_ticket{${MATCH}})`, 'ticket', { instant: true })],
    }))
    .withPanel(number({
      title: 'Least budget left',
      description: 'Of any SLO, over its rolling window. Below 0 it is overdrawn.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      thresholds: GOOD_ABOVE(0),
      links,
      queries: [promql(`min(litewatch_slo_budget_left_ratio{${MATCH}})`, 'left', { instant: true })],
    }))
    .withRow(new dashboard.RowBuilder('Error budgets'))
    .withPanel(lines({
      title: 'Budget left',
      description: 'Share of the error budget that is left, with both ends of its interval. SloBudgetSpent fires when the upper end is below 0. Until a whole window was counted, the rest of it is taken as good.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      thresholds: GOOD_ABOVE(0),
      links,
      queries: [
        metric('slo_budget_left_ratio'), metric('slo_budget_left_ratio_low', '{{target}} low'), metric('slo_budget_left_ratio_high', '{{target}} high'),
      ],
    }))
    .withPanel(lines({
      title: 'Burn rate of the last hour',
      description: 'Times the budget\'s share that was bad, with the lower end of its interval; of a longer window where the hour has fewer than 5 samples. At 1 the budget lasts exactly its window.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(14.4),
      links,
      queries: [metric('slo_burn_rate'), metric('slo_burn_rate_low', '{{target}} low')],
    }))
    .withPanel(lines({
      title: 'Good',
      description: 'Share of runs or slices that kept the promise within the window, with both ends of its interval, and what is promised.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      links,
      queries: [
        metric('slo_good_ratio'), metric('slo_good_ratio_low', '{{target}} low'), metric('slo_good_ratio_high', '{{target}} high'),
        metric('slo_objective', '{{target}} promised'),
      ],
    }))
    .withPanel(lines({
      title: 'Samples',
      description: 'Runs or slices that counted within the window. Inconclusive runs, slots that were not asked and drills never do. Few samples make wide intervals.',
      unit: 'none',
      datasource: PROMETHEUS,
      links,
      queries: [metric('slo_samples')],
    }))
    .withRow(new dashboard.RowBuilder('Drift'))
    .withPanel(lines({
      title: 'Fails more than it promises',
      description: 'By probe and target: 1 while the share of failed runs is found to have risen and that is believed among all targets watched at once. Good is 0. SuccessDropped also wants the whole interval above twice what is promised.',
      unit: 'none',
      datasource: PROMETHEUS,
      links: [runbook('success-dropped')],
      queries: [promql(`litewatch_probe_failing_fleet{${MATCH}}`, '{{target}} {{probe}}')],
    }))
    .withPanel(lines({
      title: 'Time over its own level',
      description: 'The newest answers of RPCs and routers over what each takes at this time of day. Good is about 1; LatencyRose fires when a rise is found, its whole interval is above the line, and 200 ms are passed.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('drift.yml', 'LatencyRose', 'latency_ratio_low')),
      links: [runbook('latency-rose')],
      queries: [promql(`litewatch_latency_ratio{${MATCH}}`, '{{target}}')],
    }))
    .withRow(new dashboard.RowBuilder('Drills'))
    .withPanel(lines({
      title: 'Scheduled drills without a proof',
      description: 'Time since each drill with a schedule last proved its alert, in intervals of its schedule. Good is below 1; above the line nobody knows whether the alert works. 0 without a name where no drill has a schedule.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('drill.yml', 'DrillProofOld', 'drill_unproved_intervals')),
      links: [runbook('drill-unproved')],
      queries: [promql('litewatch_drill_unproved_intervals or vector(0)', '{{target}}')],
    }))
    .build();
}
