// Writes grafana/dashboards/*.json from grafana/src; with --check, writes nothing and fails where a file is not what its source gives.
import fs from 'node:fs';
import path from 'node:path';
import { chains } from './chains.mjs';
import { miners } from './miners.mjs';
import { networkOverview } from './network-overview.mjs';
import { slos } from './slos.mjs';

const folder = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..', 'dashboards');
const dashboards = { 'network-overview.json': networkOverview(), 'chains.json': chains(), 'miners.json': miners(), 'slos.json': slos() };
// Grafana numbers panels that have no id by itself, anew at each load; links to a panel need one that stays.
Object.values(dashboards).forEach((dashboard) => dashboard.panels.forEach((panel, i) => (panel.id = i + 1)));
const check = process.argv.includes('--check');
let stale = 0;
for (const [name, dashboard] of Object.entries(dashboards)) {
  const file = path.join(folder, name);
  const text = `${JSON.stringify(dashboard, null, 2)}\n`;
  if (!check) {
    fs.writeFileSync(file, text);
    console.log(`wrote ${file}`);
  } else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
    console.error(`${file}: is not what grafana/src gives; run "npm run build" in grafana/ and commit the result`);
    stale += 1;
  }
}
process.exit(stale === 0 ? 0 : 1);
