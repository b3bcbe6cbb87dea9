'use strict';
// Everything here comes from strangers: it is only ever put into the page as text nodes, and only http, https and mailto become links.

const EMOJI = { rotating_light: '\u{1F6A8}', white_check_mark: '\u2705', warning: '\u26A0\uFE0F', red_circle: '\u{1F534}', large_green_circle: '\u{1F7E2}', large_orange_circle: '\u{1F7E0}', large_yellow_circle: '\u{1F7E1}', large_blue_circle: '\u{1F535}', book: '\u{1F4D6}', bell: '\u{1F514}', fire: '\u{1F525}', eyes: '\u{1F440}', x: '\u274C', hourglass: '\u231B', test_tube: '\u{1F9EA}', mute: '\u{1F507}', chart_with_upwards_trend: '\u{1F4C8}', information_source: '\u2139\uFE0F' };
const COLOURS = { good: '#2eb886', warning: '#daa038', danger: '#a30200' };
let current = decodeURIComponent(location.hash.slice(1));
let shown = '';
let currentId = '';

function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

const unescape = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

function link(url, label) {
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return document.createTextNode(label);
  const a = el('a', '', label);
  a.href = url;
  a.rel = 'noopener noreferrer';
  a.target = '_blank';
  return a;
}

function angle(inner) {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = unescape(bar < 0 ? inner : inner.slice(bar + 1));
  if (target.startsWith('!')) {
    const date = /^!date\^(\d+)\^/.exec(target);
    return el('span', date ? '' : 'mention', date ? label : '@' + (bar < 0 ? target.slice(1).split('^')[0] : label));
  }
  if (target.startsWith('@') || target.startsWith('#')) return el('span', 'mention', target[0] + (bar < 0 ? target.slice(1) : label));
  if (bar < 0 && !/^(https?:|mailto:)/i.test(target)) return document.createTextNode('<' + unescape(target) + '>');
  return link(unescape(target), bar < 0 ? unescape(target) : label);
}

// One pass over the inline marks; the longest forms first.
const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|\*(\S(?:[^*\n]*\S)?)\*|(?<![\w])_(\S(?:[^_\n]*\S)?)_(?![\w])|~(\S(?:[^~\n]*\S)?)~|:([a-z0-9_+-]+):/g;

function inline(text) {
  const out = [];
  let last = 0;
  for (const m of text.matchAll(INLINE)) {
    if (m.index > last) out.push(unescape(text.slice(last, m.index)));
    last = m.index + m[0].length;
    if (m[1] !== undefined) out.push(el('code', '', unescape(m[1])));
    else if (m[2] !== undefined) out.push(angle(m[2]));
    else if (m[3] !== undefined) out.push(el('strong', '', ...inline(m[3])));
    else if (m[4] !== undefined) out.push(el('em', '', ...inline(m[4])));
    else if (m[5] !== undefined) out.push(el('s', '', ...inline(m[5])));
    else out.push(Object.hasOwn(EMOJI, m[6]) ? EMOJI[m[6]] : m[0]);
  }
  if (last < text.length) out.push(unescape(text.slice(last)));
  return out;
}

function lines(text) {
  const out = [];
  text.split('\n').forEach((line, i) => {
    if (line.startsWith('&gt;') || line.startsWith('>')) {
      out.push(el('blockquote', '', ...inline(line.replace(/^(&gt;|>)\s?/, ''))));
    } else {
      if (i > 0 && !(out[out.length - 1] instanceof HTMLQuoteElement)) out.push(el('br'));
      out.push(...inline(line));
    }
  });
  return out;
}

function mrkdwn(text) {
  const out = [];
  String(text).split(/```\n?([\s\S]*?)\n?```/).forEach((part, i) => {
    if (i % 2) out.push(el('pre', '', unescape(part)));
    else if (part) out.push(...lines(part));
  });
  return out;
}

// Plain text has emoji and no other marks.
const plain = (text) => String(text).replace(/:([a-z0-9_+-]+):/g, (all, name) => (Object.hasOwn(EMOJI, name) ? EMOJI[name] : all));

function textObject(object) {
  if (!object) return [];
  return object.type === 'plain_text' ? [plain(object.text)] : mrkdwn(object.text || '');
}

// What buttons of the message that is being drawn belong to.
let pressedIn = { channel: '', ts: '' };

async function press(at, element, value) {
  const answer = await fetch('/click', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...at, type: element.type, action_id: element.action_id, value }) });
  const told = await answer.json();
  document.getElementById('told').textContent = answer.ok ? 'The app answered ' + told.status : told.error || 'refused';
}

function button(element) {
  const at = pressedIn;
  if (element.type === 'static_select' || element.type === 'overflow') {
    const menu = el('select', '', el('option', '', element.type === 'overflow' ? '\u22EF' : plain(element.placeholder ? element.placeholder.text : '')));
    menu.title = element.type;
    (element.options || []).forEach((o) => {
      const choice = el('option', '', plain(o.text.text));
      choice.value = String(o.value);
      menu.append(choice);
    });
    menu.onchange = () => { if (menu.selectedIndex > 0) press(at, element, menu.value); };
    return menu;
  }
  const label = element.text ? element.text.text : element.type;
  const b = el('button', ['primary', 'danger'].includes(element.style) ? element.style : '', plain(label));
  b.disabled = !element.action_id || Boolean(element.url);
  b.onclick = () => press(at, element, String(element.value || ''));
  if (element.url) b.title = String(element.url);
  return b;
}

function block(b) {
  switch (b.type) {
    case 'header': return el('div', 'block header', ...textObject(b.text));
    case 'divider': return el('hr');
    case 'context': return el('div', 'block context', ...(b.elements || []).map((e) => el('span', '', ...(e.type === 'image' ? ['\u25A3'] : textObject(e)))));
    case 'actions': return el('div', 'block actions', ...(b.elements || []).map(button));
    case 'image': return el('div', 'block', link(String(b.image_url || ''), String(b.alt_text || 'image')));
    case 'section': {
      const div = el('div', 'block', ...textObject(b.text));
      if (b.fields) div.append(el('div', 'fields', ...b.fields.map((f) => el('div', '', ...textObject(f)))));
      if (b.accessory && ['button', 'static_select', 'overflow'].includes(b.accessory.type)) div.append(' ', el('span', 'actions', button(b.accessory)));
      return div;
    }
    default: return el('div', 'block context', '[' + b.type + ']');
  }
}

function attachment(a) {
  const div = el('div', 'attachment');
  const colour = COLOURS[a.color] || (/^#?[0-9a-f]{6}$/i.test(a.color || '') ? '#' + a.color.replace('#', '') : '');
  if (colour) div.style.borderLeftColor = colour;
  if (a.pretext) div.append(el('div', 'text', ...mrkdwn(a.pretext)));
  if (a.title) div.append(el('div', '', el('strong', '', a.title_link ? link(String(a.title_link), String(a.title)) : String(a.title))));
  if (a.blocks) div.append(...a.blocks.map(block));
  else if (a.text || a.fallback) div.append(el('div', 'text', ...mrkdwn(a.text || a.fallback)));
  if (a.fields) div.append(el('div', 'fields', ...a.fields.map((f) => el('div', '', el('strong', '', String(f.title || '')), el('br'), ...mrkdwn(f.value || '')))));
  if (a.footer) div.append(el('div', 'context', ...mrkdwn(a.footer)));
  return div;
}

function body(m) {
  const out = [];
  if (m.blocks && m.blocks.length) out.push(...m.blocks.map(block));
  else if (m.text) out.push(el('div', 'text', ...mrkdwn(m.text)));
  out.push(...(m.attachments || []).map(attachment));
  return out;
}

function message(m, replies) {
  pressedIn = { channel: m.channel || currentId, ts: m.ts };
  const at = new Date(Number(m.ts) * 1000);
  const time = el('time', '', at.toLocaleTimeString([], { hour12: false }));
  time.title = at.toISOString() + '  ts ' + m.ts;
  const content = el('div', '', el('span', 'by', 'litewatch'), el('span', 'app', 'APP'), time, ...body(m));
  if (m.edits.length) {
    const mark = el('span', 'edited', '(edited)');
    mark.title = m.edits.length + ' edit(s)';
    content.append(mark);
  }
  if (replies.length) content.append(el('div', 'thread', el('span', 'ts', replies.length + (replies.length > 1 ? ' replies' : ' reply')), ...replies.map((r) => message(r, []))));
  return el('article', 'message', el('div', 'avatar', 'L'), content);
}

function render(state) {
  const nav = document.getElementById('channels');
  const names = state.channels.map((c) => c.name);
  if (!names.includes(current)) current = names[0] || '';
  nav.replaceChildren(...state.channels.map((c) => {
    const b = el('button', '', '# ' + c.name, el('span', 'count', String(c.messages.length)));
    b.setAttribute('aria-current', String(c.name === current));
    b.onclick = () => { current = c.name; location.hash = encodeURIComponent(c.name); render(state); };
    return el('li', '', b);
  }));
  const channel = state.channels.find((c) => c.name === current);
  document.getElementById('title').textContent = channel ? '# ' + channel.name : '';
  currentId = channel ? channel.id : '';
  const whispers = (state.whispers || []).filter((w) => w.channel === currentId);
  document.getElementById('whisper').textContent = whispers.length ? 'Only visible to ' + whispers[whispers.length - 1].user + ': ' + unescape(whispers[whispers.length - 1].text) : '';
  const list = document.getElementById('messages');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const messages = channel ? channel.messages : [];
  const roots = messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts || !messages.some((o) => o.ts === m.thread_ts));
  list.replaceChildren(...(roots.length ? roots.map((m) => message(m, messages.filter((r) => r.thread_ts === m.ts && r.ts !== m.ts))) : [el('p', 'empty', 'No messages yet.')]));
  if (atEnd) list.scrollTop = list.scrollHeight;
}

async function refresh() {
  try {
    const text = await (await fetch('/state.json', { cache: 'no-store' })).text();
    if (text !== shown) { shown = text; render(JSON.parse(text)); }
    document.title = 'Lab Slack';
  } catch (e) {
    document.title = 'Lab Slack (not reachable)';
  }
  setTimeout(refresh, 1000);
}
refresh();
