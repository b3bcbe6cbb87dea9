// What the dashboards are made of: datasources, variables, queries and panels, each with what the checks demand of it.
import fs from 'node:fs';
import path from 'node:path';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as es from '@grafana/grafana-foundation-sdk/elasticsearch';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

const here = path.dirname(new URL(import.meta.url).pathname);

export const PROMETHEUS = { type: 'prometheus', uid: 'litewatch-prometheus' };
export const OBSERVATIONS = { type: 'elasticsearch', uid: 'litewatch-observations' };
export const ALERTS = { type: 'elasticsearch', uid: 'litewatch-alerts' };

export const DRILLS = { type: 'elasticsearch', uid: 'litewatch-drills' };

/** Prometheus matchers and a Lucene query that follow the variables; the regexp format holds for one, many and All. */
export const MATCH = 'network=~"${network:regex}", target=~"${target:regex}"';
export const LUCENE = 'cortensor.network:/${network:regex}/ AND cortensor.target:/${target:regex}/';

/** A dashboard with the variables, the time range and the marks that all of ours have. */
export function board({ title, uid, description }) {
  return new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['litewatch'])
    .readonly()
    .timezone('utc')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .withVariable(queryVariable('network', 'Network', { find: 'terms', field: 'cortensor.network', size: 50 }))
    .withVariable(queryVariable('target', 'Target', { find: 'terms', field: 'cortensor.target', query: 'cortensor.network:/${network:regex}/', size: 500 }))
    .withVariable(new dashboard.TextBoxVariableBuilder('litewatch').label('Litewatch').defaultValue('http://127.0.0.1:8080'))
    .annotation(marks('Alerts', ALERTS, LUCENE, { text: 'message', tags: 'rule.name', color: 'red' }))
    // From its start to its verdict, so that what a rehearsal did to a graph is not taken for the network's doing.
    .annotation(
      marks('Drills', DRILLS, 'cortensor.network:/${network:regex}/', {
        from: 'event.start',
        to: 'event.end',
        text: 'cortensor.drill',
        tags: 'cortensor.verdict',
        color: 'purple',
      }),
    );
}

/** The number that the rule `alert` of alert-rules/network/`file` compares `signal` with: graphs and alerts share it. */
export function threshold(file, alert, signal) {
  const text = fs.readFileSync(path.join(here, '../../alert-rules/network', file), 'utf8');
  const rule = text.split('- alert: ').find((part) => part.startsWith(`${alert}\n`));
  const found = rule?.match(new RegExp(`${signal} *[<>]=? *([0-9.]+)`));
  if (!found) {
    throw new Error(`alert-rules/network/${file}: the rule ${alert} compares ${signal} with no number`);
  }
  return Number(found[1]);
}

export function promql(expr, legend, { instant = false } = {}) {
  const query = new prometheus.DataqueryBuilder().expr(expr).legendFormat(legend).datasource(PROMETHEUS);
  return instant ? query.instant() : query.range();
}

/** Documents as a table, the newest first. */
export function documents(datasource, query, size) {
  return new es.DataqueryBuilder()
    .datasource(datasource)
    .query(query)
    .timeField('@timestamp')
    .metrics([metric({ type: 'raw_data', settings: { size: String(size) } })])
    .bucketAggs([]);
}

/** `metrics` over time, one series a value of `field`. */
export function overTime(datasource, query, field, metrics, alias) {
  return new es.DataqueryBuilder()
    .datasource(datasource)
    .query(query)
    .timeField('@timestamp')
    .alias(alias)
    .metrics(metrics)
    .bucketAggs([
      new es.TermsBuilder().id('2').field(field).settings({ size: '50', order: 'desc', orderBy: '_count', min_doc_count: '1' }),
      new es.DateHistogramBuilder().id('3').field('@timestamp').settings({ interval: 'auto', min_doc_count: '0' }),
    ]);
}

// The builders of metrics in version 0.0.21 of the library write the type "unknown", which Grafana does not draw.
const metric = (fields) => ({ build: () => ({ id: '1', ...fields }) });

export const count = () => metric({ type: 'count' });
export const maximum = (field) => metric({ type: 'max', field });
export const percentile = (field, percent) => metric({ type: 'percentiles', field, settings: { percents: [String(percent)] } });

/** Documents of `datasource` as marks on every graph, with the field `text` beside them; `to` makes each a stretch of time. */
function marks(name, datasource, query, { from = '@timestamp', to, text, tags, color }) {
  return {
    build: () => ({
      name,
      datasource,
      enable: true,
      iconColor: color,
      timeField: from,
      ...(to ? { timeEndField: to } : {}),
      textField: text,
      tagsField: tags,
      target: { refId: 'marks', query, timeField: from, limit: 100, matchAny: false, tags: [], type: 'tags' },
    }),
  };
}

function queryVariable(name, label, query) {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(OBSERVATIONS)
    .query(JSON.stringify(query))
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' });
}

export function runbook(id) {
  return new dashboard.DashboardLinkBuilder('Runbook')
    .type(dashboard.DashboardLinkType.Link)
    .url(`\${litewatch}/runbooks/${id}`)
    .targetBlank(true);
}

function steps(list) {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(list.map(([value, color]) => ({ value, color })));
}

export const GOOD_BELOW = (value) => steps([[null, 'green'], [value, 'red']]);
export const GOOD_ABOVE = (value) => steps([[null, 'red'], [value, 'green']]);

function common_(panel, { title, description, unit, width, height, queries, datasource, thresholds, links = [] }) {
  panel.title(title).description(description).unit(unit).datasource(datasource).height(height).span(width).links(links);
  queries.forEach((query, i) => panel.withTarget(query.refId(String.fromCharCode(65 + i))));
  if (thresholds) {
    panel.thresholds(thresholds);
  }
  return panel;
}

/** Lines; gaps stay gaps, a missing value is never drawn as zero. */
export function lines(options) {
  const panel = common_(new timeseries.PanelBuilder(), { width: 12, height: 8, ...options })
    .spanNulls(false)
    .lineWidth(1)
    .fillOpacity(options.stacked ? 60 : 5)
    .showPoints(common.VisibilityMode.Auto)
    .legend(new common.VizLegendOptionsBuilder().showLegend(true).displayMode(common.LegendDisplayMode.Table).placement(common.LegendPlacement.Right).calcs(['lastNotNull', 'max']))
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending));
  if (options.stacked) {
    panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A')).drawStyle(common.GraphDrawStyle.Bars);
  }
  if (options.thresholds) {
    panel.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Line));
  }
  return panel;
}

export function number(options) {
  return common_(new stat.PanelBuilder(), { width: 4, height: 4, ...options })
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .colorMode(common.BigValueColorMode.Background)
    .graphMode(common.BigValueGraphMode.None);
}

/** `columns`: field of the document to title, in the order of the columns. */
export function rows(options) {
  const columns = Object.entries(options.columns);
  return common_(new table.PanelBuilder(), { width: 24, height: 9, unit: 'none', ...options })
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: columns.map(([field]) => field) } },
    })
    .withTransformation({
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(columns.map(([field], i) => [field, i])),
        renameByName: Object.fromEntries(columns),
      },
    });
}
