// What a person looks at first: what fires, what is behind, how the targets of a network do, and whether the watcher itself is well.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import {
  ALERTS, GOOD_ABOVE, GOOD_BELOW, LUCENE, MATCH, OBSERVATIONS, PROMETHEUS, board, count, documents, lines, maximum, number, overTime, percentile,
  promql, rows, runbook, threshold,
} from './parts.mjs';

const probe = (id) => `${LUCENE} AND cortensor.probe:"${id}"`;
const measured = (name) => `cortensor.measurements.${name}`;
const BY_TARGET = '{{term cortensor.target}}';

export function networkOverview() {
  const lag = threshold('rpc.yml', 'RpcHeadStalled', 'rpc_head_lag_seconds');
  const slow = threshold('miner.yml', 'MinerCanarySlow', 'canary_speed_ratio_high');
  const down = threshold('edge.yml', 'EndpointDown', 'probe_consecutive_failures');
  const failures = threshold('router.yml', 'RouterUnavailable', 'probe_consecutive_failures');

  return board({
    title: 'Litewatch: network overview',
    uid: 'litewatch-network-overview',
    description: 'RPCs, routers and miners of the chosen networks as Litewatch sees them, the alerts that follow, and Litewatch itself.',
  })
    .withRow(new dashboard.RowBuilder('Now'))
    .withPanel(number({
      title: 'Alerts firing',
      description: 'Alerts of the chosen networks that fire now. Good is 0; the table below says which, with the reason.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(1),
      queries: [promql('sum(litewatch_alerts_firing{network=~"${network:regex}"})', 'firing', { instant: true })],
    }))
    .withPanel(number({
      title: 'Targets whose last run failed',
      description: 'Probes of targets whose last run that counts was not ok. Good is 0; one failed run alone alerts nobody.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(1),
      queries: [promql(`sum(1 - probe_success{kind!~"slo|drill", ${MATCH}})`, 'failing', { instant: true })],
    }))
    .withPanel(number({
      title: 'Targets probed',
      description: 'Probes of targets that ran at least once since Litewatch started. Good is the number that is configured.',
      unit: 'none',
      datasource: PROMETHEUS,
      queries: [promql(`count(probe_success{kind!~"slo|drill", ${MATCH}})`, 'probed', { instant: true })],
    }))
    .withPanel(number({
      title: 'Worst head lag',
      description: 'The RPC that is furthest behind the newest head of its network. RpcHeadStalled compares the same number.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(lag),
      links: [runbook('rpc-head-stalled')],
      queries: [promql(`max(litewatch_rpc_head_lag_seconds{${MATCH}})`, 'lag', { instant: true })],
    }))
    .withPanel(number({
      title: 'Miners that routers see',
      description: 'connected_miners as the routers say it, added up. Zero is a state of the network, not an outage of the router.',
      unit: 'none',
      datasource: PROMETHEUS,
      queries: [promql(`sum(litewatch_router_connected_miners{${MATCH}})`, 'miners', { instant: true })],
    }))
    .withPanel(number({
      title: 'Oldest unshipped observation',
      description: 'Age of the oldest row of the outbox. Good is a few seconds; while it grows, the Elasticsearch panels are behind.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(60),
      queries: [promql('max(litewatch_outbox_oldest_seconds)', 'age', { instant: true })],
    }))
    .withPanel(rows({
      title: 'Alerts that fired or resolved',
      description: 'Every transition in the chosen time, the newest first, with the reason as it was judged.',
      datasource: ALERTS,
      columns: {
        '@timestamp': 'Time', 'event.action': 'What', 'rule.name': 'Alert', 'cortensor.severity': 'Severity', 'cortensor.network': 'Network',
        'cortensor.target': 'Target', 'event.reason': 'Reason', 'rule.reference': 'Runbook',
      },
      queries: [documents(ALERTS, LUCENE, 50)],
    }))
    .withRow(new dashboard.RowBuilder('RPCs'))
    .withPanel(lines({
      title: 'Head lag against the best RPC',
      description: 'Seconds behind the newest head that any RPC of the network showed in the last minute. The line is where RpcHeadStalled begins to count.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(lag),
      links: [runbook('rpc-head-stalled')],
      queries: [promql(`litewatch_rpc_head_lag_seconds{${MATCH}}`, '{{target}}')],
    }))
    .withPanel(lines({
      title: 'Head age',
      description: 'Age of the latest block by its own timestamp. All RPCs rising together is a quiet or halted chain, one alone is that RPC.',
      unit: 's',
      datasource: OBSERVATIONS,
      queries: [overTime(OBSERVATIONS, probe('rpc.head'), 'cortensor.target', [maximum(measured('rpc_head_age'))], BY_TARGET)],
    }))
    .withRow(new dashboard.RowBuilder('Routers'))
    .withPanel(lines({
      title: 'Failed router runs in a row',
      description: 'Good is 0. The line is where RouterUnavailable fires. A router without miners is up and does not count here.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(failures),
      links: [runbook('router-unavailable')],
      queries: [promql(`litewatch_probe_consecutive_failures{probe="router.status", ${MATCH}}`, '{{target}}')],
    }))
    .withPanel(lines({
      title: 'Router answers, 95th percentile',
      description: 'Slot to end of router.status, including what the schedule was late. Percentiles of few runs jump; the next panel counts the runs.',
      unit: 's',
      datasource: OBSERVATIONS,
      queries: [overTime(OBSERVATIONS, probe('router.status'), 'cortensor.target', [percentile('cortensor.elapsed_seconds', 95)], BY_TARGET)],
    }))
    .withPanel(lines({
      title: 'What routers give strangers',
      description: 'Questions answered without a token of theirs, hidden paths that answer, and 1 where the documented default token is taken. Good is 0.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(1),
      links: [runbook('router-exposed')],
      queries: [
        promql(`litewatch_router_open_routes{${MATCH}}`, '{{target}} open'),
        promql(`litewatch_router_exposed_routes{${MATCH}}`, '{{target}} exposed'),
        promql(`litewatch_router_default_token_accepted{${MATCH}}`, '{{target}} default token'),
      ],
    }))
    .withPanel(lines({
      title: 'Routers against the chain',
      description: 'Sessions on one side only, and registered endpoints that nobody can reach. Good is 0; RouterSessionsDiffer fires after two minutes.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(1),
      links: [runbook('router-sessions')],
      queries: [
        promql(`litewatch_router_sessions_difference{${MATCH}}`, '{{target}} sessions'),
        promql(`litewatch_router_private_endpoints{${MATCH}}`, '{{target}} private endpoints'),
      ],
    }))
    .withRow(new dashboard.RowBuilder('Miners'))
    .withPanel(lines({
      title: 'Decode speed against the usual',
      description: 'Decode rate of the last canaries over the miner\'s own baseline. Good is about 1; MinerCanarySlow fires when a drop is found and all of its interval is below the line.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      thresholds: GOOD_ABOVE(slow),
      links: [runbook('miner-canary-slow')],
      queries: [promql(`litewatch_canary_speed_ratio{${MATCH},probe="miner.canary"}`, '{{target}}')],
    }))
    .withPanel(lines({
      title: 'Decode speed, median',
      description: 'Tokens a second after the first token, median of the canaries in each interval. Compare a miner with itself, not with another GPU.',
      unit: 'tokens/s',
      datasource: OBSERVATIONS,
      queries: [overTime(OBSERVATIONS, probe('miner.canary'), 'cortensor.target', [percentile(measured('canary_decode_rate'), 50)], BY_TARGET)],
    }))
    .withPanel(lines({
      title: 'Time to first token, 95th percentile',
      description: 'Request sent to first non-empty token. Percentiles of few canaries jump; the next panel counts them.',
      unit: 's',
      datasource: OBSERVATIONS,
      links: [runbook('miner-canary-slow')],
      queries: [overTime(OBSERVATIONS, probe('miner.canary'), 'cortensor.target', [percentile(measured('canary_ttft'), 95)], BY_TARGET)],
    }))
    .withPanel(lines({
      title: 'Canaries by outcome',
      description: 'Runs in each interval. Inconclusive and not run are never held against a miner.',
      unit: 'none',
      stacked: true,
      datasource: OBSERVATIONS,
      links: [runbook('miner-canary-failing')],
      queries: [overTime(OBSERVATIONS, probe('miner.canary'), 'cortensor.outcome', [count()], '{{term cortensor.outcome}}')],
    }))
    .withRow(new dashboard.RowBuilder('Vantages'))
    .withPanel(lines({
      title: 'Runs by vantage',
      description: 'Observations in each interval by where the asking was done. A line that ends is an agent that is cut off or dead; what it saw meanwhile comes later.',
      unit: 'none',
      datasource: OBSERVATIONS,
      links: [runbook('vantage-silent')],
      queries: [overTime(OBSERVATIONS, LUCENE, 'cortensor.vantage', [count()], '{{term cortensor.vantage}}')],
    }))
    .withRow(new dashboard.RowBuilder('Endpoints'))
    .withPanel(lines({
      title: 'Failed endpoint runs in a row',
      description: 'Generic probes of servers at the edge. Good is 0. The line is where EndpointDown fires; a bad certificate is a failed run too.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(down),
      links: [runbook('endpoint-down'), runbook('tls-certificate-expiring')],
      queries: [promql(`litewatch_probe_consecutive_failures{kind="endpoint", ${MATCH}}`, '{{target}} {{probe}}')],
    }))
    .withPanel(lines({
      title: 'Endpoint answers, 95th percentile',
      description: 'Slot to end of the generic probes, including what the schedule was late. Percentiles of few runs jump.',
      unit: 's',
      datasource: OBSERVATIONS,
      queries: [overTime(OBSERVATIONS, `${LUCENE} AND cortensor.kind:endpoint`, 'cortensor.target', [percentile('cortensor.elapsed_seconds', 95)], BY_TARGET)],
    }))
    .withRow(new dashboard.RowBuilder('All probes'))
    .withPanel(lines({
      title: 'Runs by reason',
      description: 'Runs that were not ok, by reason, in each interval. Empty is good.',
      unit: 'none',
      stacked: true,
      datasource: OBSERVATIONS,
      queries: [overTime(OBSERVATIONS, `${LUCENE} AND NOT cortensor.outcome:ok`, 'cortensor.reason', [count()], '{{term cortensor.reason}}')],
    }))
    .withPanel(lines({
      title: 'Schedule slip, 99th percentile',
      description: 'How late runs started after their slot. Good is below 0.1 s; more means that this machine is too small for its plans.',
      unit: 's',
      datasource: PROMETHEUS,
      queries: [promql('histogram_quantile(0.99, sum by (le) (rate(litewatch_schedule_slip_seconds_bucket[$__rate_interval])))', 'slip p99')],
    }))
    .withPanel(rows({
      title: 'Runs that were not ok',
      description: 'The newest runs that were not ok, with what the probe saw. Text that a target sent is cut and cleaned before it gets here.',
      datasource: OBSERVATIONS,
      columns: {
        '@timestamp': 'Time', 'cortensor.target': 'Target', 'cortensor.probe': 'Probe', 'cortensor.outcome': 'Outcome', 'cortensor.reason': 'Reason',
        'cortensor.detail': 'Detail', 'cortensor.elapsed_seconds': 'Seconds',
      },
      queries: [documents(OBSERVATIONS, `${LUCENE} AND NOT cortensor.outcome:ok`, 50)],
    }))
    .withRow(new dashboard.RowBuilder('Litewatch itself'))
    .withPanel(lines({
      title: 'Documents shipped',
      description: 'Documents a second by the verdict of Elasticsearch. Only stored and duplicate are good.',
      unit: 'ops',
      datasource: PROMETHEUS,
      queries: [promql('sum by (verdict) (rate(litewatch_bulk_items_total[$__rate_interval]))', '{{verdict}}')],
    }))
    .withPanel(lines({
      title: 'Documents waiting',
      description: 'Documents in the outbox that are not yet in Elasticsearch. A line that only rises is an Elasticsearch that is away or refuses.',
      unit: 'none',
      datasource: PROMETHEUS,
      queries: [promql('sum(litewatch_outbox_documents)', 'outbox'), promql('sum(litewatch_ingest_queue_length)', 'queue')],
    }))
    .build();
}
