// What is said of the chains and by whom: is the chain moving, which RPC contradicts the others, what does not become final.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import {
  GOOD_ABOVE, GOOD_BELOW, LUCENE, MATCH, OBSERVATIONS, PROMETHEUS, board, count, lines, overTime, promql, runbook, threshold,
} from './parts.mjs';

const NETWORK = 'network=~"${network:regex}"';
const metric = (name, legend = '{{target}}') => promql(`litewatch_${name}{${MATCH}}`, legend);

export function chains() {
  const gap = threshold('chain-events.yml', 'ChainIndexBehind', 'chain_gap_seconds');

  return board({
    title: 'Litewatch: chains and RPCs',
    uid: 'litewatch-chains',
    description: 'The chains of the chosen networks as their RPCs show them, and where RPCs contradict each other, themselves or the clock.',
  })
    .withRow(new dashboard.RowBuilder('Chains'))
    .withPanel(lines({
      title: 'Time since the last block',
      description: 'How long no RPC of the network showed a higher head, on the word of two operators at least. The line is where ChainStalled fires; a quiet chain rises without an alert. When it does not rise and nodes lag all the same, look at the sequencer\'s feed.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('chain.yml', 'ChainStalled', 'chain_stalled_seconds')),
      links: [runbook('chain-stalled'), runbook('sequencer-feed-silent')],
      queries: [promql(`litewatch_chain_head_unchanged_seconds{${NETWORK}}`, '{{network}}')],
    }))
    .withPanel(lines({
      title: 'Operators that are witnesses',
      description: 'Operators whose RPCs showed a credible head in the last minute. Below two nothing is said of the chain.',
      unit: 'none',
      datasource: PROMETHEUS,
      links: [runbook('chain-stalled')],
      queries: [promql(`litewatch_chain_witnesses{${NETWORK}}`, '{{network}}')],
    }))
    .withPanel(lines({
      title: 'Age of safe and finalized blocks',
      description: 'By their own timestamps, at each RPC. The line is where ChainSafeLate fires. One RPC alone is that node; all together is the batch poster or the parent chain.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('chain.yml', 'ChainSafeLate', 'rpc_safe_age_seconds')),
      links: [runbook('chain-finality-late')],
      queries: [metric('rpc_safe_age_seconds', '{{target}} safe'), metric('rpc_finalized_age_seconds', '{{target}} finalized')],
    }))
    .withPanel(lines({
      title: 'Price of gas',
      description: 'eth_gasPrice in wei, at each RPC. GasPriceSpike compares it with the median of the last week, once there is a day of data.',
      unit: 'none',
      datasource: PROMETHEUS,
      links: [runbook('gas-price-spike')],
      queries: [metric('rpc_gas_price')],
    }))
    .withPanel(lines({
      title: 'Gas of watched wallets',
      description: 'Balance over the floor of each wallet. The line is where WalletBelowFloor fires; WalletGasLow counts days at the spending of the last week.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_ABOVE(threshold('wallet.yml', 'WalletBelowFloor', 'wallet_floor_ratio')),
      links: [runbook('wallet-gas-low')],
      queries: [metric('wallet_floor_ratio')],
    }))
    .withPanel(lines({
      title: 'Transactions in no block',
      description: 'Pending transactions of each wallet, on one backend. Good is 0 most of the time; WalletNonceGap fires above 2 for a minute.',
      unit: 'none',
      datasource: PROMETHEUS,
      links: [runbook('wallet-stuck'), runbook('wallet-reverts')],
      queries: [metric('wallet_pending')],
    }))
    .withRow(new dashboard.RowBuilder('What goes through, and what reaches the parent chain'))
    .withPanel(lines({
      title: 'How long a transaction takes',
      description: 'Our own transactions, from sending to the receipt: the 95th percentile of the last 20 of each canary. The line is where SequencerSlow fires. It rises and the head moves: ours are left out, or the RPC does not pass them on.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('sequencer.yml', 'SequencerSlow', 'heartbeat_p95_seconds')),
      links: [runbook('sequencer-slow'), runbook('heartbeat-unmined')],
      queries: [metric('heartbeat_p95_seconds')],
    }))
    .withPanel(lines({
      title: 'Blocks without a batch',
      description: 'How long there have been blocks that are in no batch on the parent chain. The line is where BatchPostingLate fires; a chain at rest shows 0.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('rollup.yml', 'BatchPostingLate', 'rollup_unposted_seconds')),
      links: [runbook('batch-posting-late'), runbook('dac-fallback')],
      queries: [metric('rollup_unposted_seconds')],
    }))
    .withPanel(lines({
      title: 'Assertions against their pace',
      description: 'Time since the last one over what usually passes, and blocks since the oldest unconfirmed one over the confirmation period. The line is where AssertionsLate fires; AssertionsUnconfirmed does at 1.25.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('rollup.yml', 'AssertionsLate', 'rollup_unasserted_ratio')),
      links: [runbook('assertions-late'), runbook('assertions-unconfirmed')],
      queries: [metric('rollup_unasserted_ratio', '{{target}} not asserted'), metric('rollup_unconfirmed_ratio', '{{target}} not confirmed')],
    }))
    .withPanel(lines({
      title: 'Time left of retryable tickets',
      description: 'Until the first ticket that nobody redeemed is lost, with what it carries. Seven days is: there is none. The line is where RetryableUnredeemed fires.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_ABOVE(threshold('retryables.yml', 'RetryableUnredeemed', 'retryable_left_seconds')),
      links: [runbook('retryable-unredeemed')],
      queries: [metric('retryable_left_seconds')],
    }))
    .withRow(new dashboard.RowBuilder('RPCs'))
    .withPanel(lines({
      title: 'Steps back of the head',
      description: 'Blocks that an RPC had shown within two minutes and does not show now, and within one burst. Good is 0; more is a stale backend behind a balancer.',
      unit: 'none',
      datasource: PROMETHEUS,
      links: [runbook('rpc-contradicted')],
      queries: [metric('rpc_head_backwards_blocks', '{{target}}'), metric('rpc_burst_backwards_blocks', '{{target}} in a burst')],
    }))
    .withPanel(lines({
      title: 'Heads from the future',
      description: 'How far a block\'s own timestamp is ahead of our clock. All RPCs together is our clock. The line is where RpcHeadFromFuture begins to count.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('rpc.yml', 'RpcHeadFromFuture', 'rpc_head_future_seconds')),
      links: [runbook('rpc-contradicted')],
      queries: [metric('rpc_head_future_seconds')],
    }))
    .withPanel(lines({
      title: 'Hashes that other operators contradict',
      description: 'Runs in a row in which most operators gave another hash for the same block. Good is 0; the line is where RpcForked fires.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('rpc.yml', 'RpcForked', 'rpc_anchor_mismatches')),
      links: [runbook('rpc-contradicted')],
      queries: [metric('rpc_anchor_mismatches')],
    }))
    .withPanel(lines({
      title: 'Refused for a limit or a bill',
      description: 'Share of the last 100 asked runs. Such an RPC is not down: it does not want to answer us. The line is where RpcThrottled fires.',
      unit: 'percentunit',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('rpc.yml', 'RpcThrottled', 'rpc_throttled_ratio')),
      links: [runbook('rpc-limited')],
      queries: [metric('rpc_throttled_ratio')],
    }))
    .withPanel(lines({
      title: 'Slots in a row without a verdict',
      description: 'Of every probe, not of RPCs alone: runs that were neither ok nor failed. Nothing is known there; the line is where TargetUnobserved fires, if that lasts for ten minutes.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(threshold('unobserved.yml', 'TargetUnobserved', 'probe_unknown_runs')),
      links: [runbook('target-unobserved')],
      queries: [metric('probe_unknown_runs')],
    }))
    .withPanel(lines({
      title: 'RPC runs by outcome',
      description: 'Heads asked for over HTTP, in each interval; what is pushed over WebSockets is judged apart. Only failed is the RPC\'s own fault; inconclusive is unobserved.',
      unit: 'none',
      stacked: true,
      datasource: OBSERVATIONS,
      links: [runbook('rpc-unhealthy'), runbook('subscription-dead')],
      queries: [overTime(OBSERVATIONS, `${LUCENE} AND cortensor.probe:"rpc.head"`, 'cortensor.outcome', [count()], '{{term cortensor.outcome}}')],
    }))
    .withRow(new dashboard.RowBuilder('Events of the contracts'))
    .withPanel(lines({
      title: 'Since the chain was read to its head',
      description: 'How long ago the reading of the chain last had all there was. Good is 0; the line is where ChainIndexBehind fires.',
      unit: 's',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(gap),
      links: [runbook('chain-index-behind')],
      queries: [promql(`litewatch_chain_gap_seconds{${MATCH}}`, '{{target}}')],
    }))
    .withPanel(lines({
      title: 'Blocks replaced, events left out',
      description: 'Blocks that a run found replaced, and events that one reading of the same blocks had and another had not. Good is 0 for both.',
      unit: 'none',
      datasource: PROMETHEUS,
      links: [runbook('chain-reorg'), runbook('logs-incomplete')],
      queries: [
        promql(`litewatch_chain_reorg_depth{${MATCH}}`, '{{target}} replaced'),
        promql(`litewatch_chain_log_mismatches{${MATCH}}`, '{{target}} left out'),
      ],
    }))
    .withPanel(lines({
      title: 'Blocks in one eth_getLogs',
      description: 'What each RPC takes at once, as measured; 10,000 is the most that is tried. RpcLogsRangeShrunk fires when it falls below nine tenths of the best of the last 30 measurements.',
      unit: 'none',
      datasource: PROMETHEUS,
      links: [runbook('logs-range-shrunk')],
      queries: [metric('rpc_logs_range_blocks')],
    }))
    .withPanel(lines({
      title: 'Chain events',
      description: 'Events of the contracts a second, by name. What is usual depends on the network; all at zero is a network at rest, or an index that is behind.',
      unit: 'ops',
      datasource: PROMETHEUS,
      queries: [promql('sum by (event) (rate(litewatch_chain_events_total{network=~"${network:regex}"}[$__rate_interval]))', '{{event}}')],
    }))
    .withPanel(lines({
      title: 'Indexers against the chain',
      description: 'Sessions by which the claim differs from the chain, and how long it has stood still while the chain went on. Good is 0; IndexerClaimsDiffer and IndexerStale fire.',
      unit: 'none',
      datasource: PROMETHEUS,
      thresholds: GOOD_BELOW(5),
      links: [runbook('indexer-claims')],
      queries: [
        promql(`litewatch_indexer_sessions_difference{${MATCH}}`, '{{target}} sessions'),
        promql(`litewatch_indexer_stale_seconds{${MATCH}}`, '{{target}} stale'),
      ],
    }))
    .build();
}
