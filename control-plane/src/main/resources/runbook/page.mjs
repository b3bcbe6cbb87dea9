// What a runbook's page does: asks our API what the runbook says to ask, and begins drills. Answers may hold texts of strangers, which are
// shown as text and never as a page.

const CALL = /^curl -s (?:'([^']+)'|(\S+))(?: \| jq .*)?$/;
const OURS = /^http:\/\/127\.0\.0\.1:8080(\/api\/v1\/\S*)$/;
const TO_FILL_IN = /\b(TARGET|NETWORK)\b/g;
const LEFT_OPEN = /[/=][A-Z][A-Z_]*(?=$|[/&?])/;
const MOST_SHOWN = 20000;
const LOOK_EVERY_MS = 2000;
const LATEST = 100; // runs that are looked through for open ones
const TOKEN = 'litewatch-token';

let declined = false; // whether a token was asked for and none given: what asks by itself does not ask for one again

/** The path that `line` asks our API for, with what is `known` filled in; null where it asks somebody else, or asks what is not known. */
export function question(line, known) {
  const call = CALL.exec(line.trim());
  const path = call && OURS.exec(call[1] ?? call[2])?.[1];
  if (!path) return null;
  const filled = path.replace(TO_FILL_IN, (word) =>
    known[word.toLowerCase()] ? encodeURIComponent(known[word.toLowerCase()]) : word,
  );
  return LEFT_OPEN.test(filled) ? null : filled;
}

/** An answer as people read it, cut where it gets long. */
export function shown(text) {
  let pretty = text;
  try {
    pretty = JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    // Not JSON: as it came.
  }
  return pretty.length > MOST_SHOWN
    ? `${pretty.slice(0, MOST_SHOWN)}\n… ${pretty.length - MOST_SHOWN} more characters: ask for less`
    : pretty;
}

/** A run of a drill in a line; of one that has not begun, what it waits for. */
export function standing(run) {
  if (waitsForApproval(run)) return `${run.id}: ${run.state}: ${run.events?.at(-1)?.what ?? ''}`;
  if (run.state !== 'closed') return `${run.id}: ${run.state}`;
  return `${run.id}: ${run.verdict}${run.passed ? '' : ', NOT as it should be'}: ${run.why}`;
}

/** Whether a second person's word is what `run` waits for. */
export function waitsForApproval(run) {
  return run.state === 'planned' && run.needsTwoPeople;
}

/** Those of `runs` that are not over and belong to one of `drills`, a map by id, oldest first. */
export function openRuns(runs, drills) {
  return runs.filter((run) => run.state !== 'closed' && drills.has(run.drill)).reverse();
}

/** Looks at a run until it is closed and tells how it stands. A look that fails says nothing of the run, which goes on. */
export async function follow(begun, look, tell, pause) {
  let run = begun;
  tell(standing(run));
  while (run.state !== 'closed') {
    await pause();
    try {
      run = await look(run.id);
      tell(standing(run));
    } catch (error) {
      tell(`${standing(run)}; no answer now: ${error.message}`);
    }
  }
}

function headers(token) {
  return { ...(token ? { Authorization: `Bearer ${token}` } : {}), 'Content-Type': 'application/json' };
}

/** Another token than the one that was not enough: what was given meanwhile, or what is given now; '' where none is. */
function otherToken(refused) {
  const kept = sessionStorage.getItem(TOKEN) ?? '';
  if (kept !== refused) return kept;
  if (declined) return '';
  const given = (window.prompt('A token, which this tab keeps until it is closed (litewatch token):') ?? '').trim();
  declined = given === '';
  if (given) sessionStorage.setItem(TOKEN, given);
  return given;
}

/** Asks with the token that was given before; asks for one, once, where one is needed. */
async function call(path, options = {}) {
  const token = sessionStorage.getItem(TOKEN) ?? '';
  let answer = await fetch(path, { ...options, headers: headers(token) });
  if (answer.status === 401 || (answer.status === 403 && options.method === 'POST')) {
    const other = otherToken(token);
    if (other) answer = await fetch(path, { ...options, headers: headers(other) });
  }
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status}: ${shown(text)}`);
  return text;
}

function button(text, act) {
  const one = document.createElement('button');
  one.type = 'button';
  one.textContent = text;
  one.addEventListener('click', async (click) => {
    if (click.isTrusted) declined = false;
    one.disabled = true;
    await act();
    one.disabled = false;
  });
  return one;
}

function questions(known, now) {
  for (const code of document.querySelectorAll('main code')) {
    const path = question(code.textContent, known);
    if (!path) continue;
    const out = document.createElement('pre');
    out.className = 'answer';
    out.hidden = true;
    const ask = async () => {
      out.hidden = false;
      try {
        out.textContent = `${path}\n${shown(await call(path))}`;
      } catch (error) {
        out.textContent = `${path}\n${error.message}`;
      }
    };
    const one = button('Ask', ask);
    code.after(' ', one);
    (code.closest('li, p') ?? code).append(out);
    if (now) one.click();
  }
}

/** Shows how a run goes on, with what can be done about it, until it is closed. */
async function accompany(begun, place, tell) {
  const about = (deed) => call(`/api/v1/drills/runs/${encodeURIComponent(begun.id)}/${deed}`, { method: 'POST', body: '{}' });
  const abort = button('Abort', () => about('abort').catch((error) => tell(error.message)));
  const approve = button('Approve', async () => {
    if (!window.confirm(`Approve ${begun.id}? It breaks ${begun.fault} in production.`)) return;
    await about('approve').catch((error) => window.alert(error.message));
  });
  place.after(' ', abort);
  const look = async (id) => JSON.parse(await call(`/api/v1/drills/runs/${encodeURIComponent(id)}`));
  const show = (run) => {
    if (waitsForApproval(run)) place.after(' ', approve);
    else approve.remove();
    return run;
  };
  show(begun);
  await follow(begun, async (id) => show(await look(id)), tell, pause);
  abort.remove();
}

async function rehearse(drill, place) {
  if (!window.confirm(`Begin the drill ${drill}? It breaks something on purpose, and mends it.`)) return;
  const tell = (text) => (place.textContent = text);
  try {
    const run = JSON.parse(await call('/api/v1/drills/runs', { method: 'POST', body: JSON.stringify({ drill, mode: 'fault' }) }));
    await accompany(run, place, tell);
  } catch (error) {
    tell(error.message);
  }
}

/** Runs that are open already, whoever began them; nothing for who may not see them, who is not asked for a token just for that. */
async function goingOn() {
  const token = sessionStorage.getItem(TOKEN) ?? '';
  const answer = await fetch(`/api/v1/drills/runs?limit=${LATEST}`, { headers: headers(token) });
  return answer.ok ? ((await answer.json()).items ?? []) : [];
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

async function drills() {
  const cells = new Map();
  for (const cell of document.querySelectorAll('td[data-drill]')) {
    const place = document.createElement('span');
    cell.append(button('Begin', () => rehearse(cell.dataset.drill, place)), ' ', place);
    // A drill has a row for each of its alerts; a run of it is shown once.
    if (!cells.has(cell.dataset.drill)) cells.set(cell.dataset.drill, cell);
  }
  if (cells.size === 0) return;
  for (const run of openRuns(await goingOn().catch(() => []), cells)) {
    const place = document.createElement('span');
    const line = document.createElement('div');
    line.append(place);
    cells.get(run.drill).append(line);
    accompany(run, place, (text) => (place.textContent = text));
  }
}

if (typeof document !== 'undefined') {
  const alert = document.querySelector('tr.shown') ?? document.querySelector('tr[data-target]');
  // Whoever came from an alert wants its answers; others may only be reading.
  questions(alert?.dataset ?? {}, alert?.classList.contains('shown') ?? false);
  drills();
}
