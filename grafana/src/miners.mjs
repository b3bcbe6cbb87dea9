// What canaries found out about each miner: its speed against its own, cold starts, claims, stores, and whether it is the model that it says.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import {
  GOOD_ABOVE, GOOD_BELOW, LUCENE, MATCH, OBSERVATIONS, PROMETHEUS, board, count, lines, overTime, promql, runbook, threshold,
} from './parts.mjs';

const metric = (name, probe, legend = '{{target}}') => promql(`litewatch_${name}{${MATCH},probe="${probe}"}`, legend);

export function miners() {
  return board({
    title: 'Litewatch: miners',
    uid: 'litewatch-miners',
    description: 'What canaries found out about the miners of the chosen networks. Estimates stand with their intervals; a miner is never called guilty.',
  })
    .withRow(new dashboard.RowBuilder('Speed'))
    .withPanel(lines({
      title: 'Speed over its own baseline',
      description: 'Decode rate of the last canaries over the miner\'s own baseline, and both ends of the 95 % interval. Good is about 1. MinerCanarySlow fires when a drop is found and the upper end is below the line.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      thresholds: GOOD_ABOVE(threshold('miner.yml', 'MinerCanarySlow', 'canary_speed_ratio_high')),
      links: [runbook('miner-canary-slow')],
      queries: [
        metric('canary_speed_ratio', 'miner.canary'),
        metric('canary_speed_ratio_low', 'miner.canary', '{{target}} low'),
        metric('canary_speed_ratio_high', 'miner.canary', '{{target}} high'),
      ],
    }))
    .withPanel(lines({
      title: 'First token, warm',
      description: 'Median time to the first token of pings that found the model loaded. It includes the way: router, queue and a block of the chain.',
      unit: 's',
      datasource: PROMETHEUS,
      links: [runbook('miner-cold-starts')],
      queries: [metric('canary_ttft_warm_seconds', 'miner.ping')],
    }))
    .withPanel(lines({
      title: 'Cold starts',
      description: 'Share of pings that had to wait for the model to be loaded, with the lower end of its 95 % interval. MinerColdStarts fires when that is above the line.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('miner.yml', 'MinerColdStarts', 'canary_cold_ratio_low')),
      links: [runbook('miner-cold-starts')],
      queries: [metric('canary_cold_ratio', 'miner.ping'), metric('canary_cold_ratio_low', 'miner.ping', '{{target}} low')],
    }))
    .withRow(new dashboard.RowBuilder('What it says'))
    .withPanel(lines({
      title: 'Tokens claimed over tokens counted',
      description: 'Of the last 20 answers. Good is 1; MinerClaimsFalse fires beyond a tenth on either side, in three answers by themselves too.',
      unit: 'none',
      datasource: PROMETHEUS,
      links: [runbook('miner-claims-false')],
      queries: [metric('canary_claim_ratio', 'miner.canary')],
    }))
    .withPanel(lines({
      title: 'Successes: on the chain and measured',
      description: 'Share of the node\'s tasks that CognitiveLevel counts as successful, and share of our canaries that it answered, both since the same moment of the last day; and by how much at least they differ, by their 95 % intervals. ChainCountersDiffer fires when that is above a tenth.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      links: [runbook('chain-counters')],
      queries: [
        metric('onchain_success_ratio', 'miner.counters', '{{target}} chain'),
        metric('onchain_measured_ratio', 'miner.counters', '{{target}} canaries'),
        metric('onchain_success_gap', 'miner.counters', '{{target}} apart by at least'),
      ],
    }))
    .withPanel(lines({
      title: 'Routers\' lists against what we measure',
      description: 'Miners that a router lists and whose canaries fail, and miners that it does not list and that answer canaries or ack tasks on the chain, for longer than a minute. Good is 0; RouterMinersDiffer fires after two minutes more.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(1),
      links: [runbook('router-miners')],
      queries: [
        promql(`litewatch_router_listed_dead_miners{${MATCH}}`, '{{target}} listed and dead'),
        promql(`litewatch_router_unlisted_alive_miners{${MATCH}}`, '{{target}} alive and not listed'),
        promql(`litewatch_router_unlisted_active_miners{${MATCH}}`, '{{target}} at work on the chain and not listed'),
      ],
    }))
    .withPanel(lines({
      title: 'Answers out of a store',
      description: 'Of the last 20: answers that were an earlier one to other numbers, and answers faster than the card. Good is 0.',
      unit: 'none',
      datasource: PROMETHEUS,
      links: [runbook('miner-identity')],
      queries: [
        metric('canary_repeated_answers', 'miner.canary', '{{target}} repeated'),
        metric('canary_fast_answers', 'miner.canary', '{{target}} too fast'),
      ],
    }))
    .withPanel(lines({
      title: 'Evidence of another model',
      description: 'Logarithm of the bets\' wealth against the miner being what it says: about 0 of an honest one. At 5 it is suspect, as one honest miner in 100,000 is in its whole life.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(5),
      links: [runbook('miner-identity')],
      queries: [metric('canary_identity_evidence', 'miner.identity')],
    }))
    .withPanel(lines({
      title: 'Reputation',
      description: 'Chance, as far as evidence goes, of an answer that comes and is right, lessened by missed deadlines, low speed and doubt about the model; with its 95 % interval. ReputationLow fires when the upper end is below the line.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      thresholds: GOOD_ABOVE(threshold('reputation.yml', 'ReputationLow', 'reputation_upper')),
      links: [runbook('reputation-low')],
      queries: [
        metric('reputation_point', 'reputation.score'),
        metric('reputation_lower', 'reputation.score', '{{target}} low'),
        metric('reputation_upper', 'reputation.score', '{{target}} high'),
      ],
    }))
    .withPanel(lines({
      title: 'Scores of the network against a week ago',
      description: 'Distance of the distributions of all scores now and a week ago, over what chance alone exceeds once in 100 comparisons. Good is below 1; it is drawn at 0 while fewer than eight nodes have both scores.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('reputation.yml', 'ReputationFleetDrift', 'reputation_fleet_drift')),
      links: [runbook('reputation-fleet')],
      queries: [
        promql(
          `litewatch_reputation_fleet_drift{${MATCH},probe="reputation.fleet"} or 0 * litewatch_reputation_fleet_nodes{${MATCH},probe="reputation.fleet"}`,
          '{{network}}',
        ),
      ],
    }))
    .withPanel(lines({
      title: 'Canaries by kind and outcome',
      description: 'Sent in each interval. inconclusive is not the miner\'s doing; not_run is ours, such as a budget that is spent. A gap is a miner that nobody asks.',
      unit: 'none',
      stacked: true,
      datasource: OBSERVATIONS,
      links: [runbook('miner-canary-failing'), runbook('canary-budget-spent')],
      queries: [overTime(OBSERVATIONS, `${LUCENE} AND cortensor.probe:("miner.canary" OR "miner.ping" OR "miner.identity")`, 'cortensor.outcome', [count()], '{{term cortensor.outcome}}')],
    }))
    .build();
}
