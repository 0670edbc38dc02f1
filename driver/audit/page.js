// SPDX-License-Identifier: Apache-2.0
// What all parts of the page share: the data, what is shown of it, what is chosen.
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const files = data.files;
const find = id => document.getElementById(id);
const state = { query: '', kind: '', allocator: '', faulty: false, shown: [], chosen: -1 };
const listeners = { shown: [], chosen: [], colours: [] };
const tell = what => listeners[what].forEach(listener => listener());

const reasons = {
  'two-allocators': 'Two libraries, or the program and a library, bring a malloc. Names that only one of them defines are bound to it, and memory of one is freed by the other.',
  'half-family': 'malloc, free, calloc and realloc, or what else is called of their family, come from different places. The first pointer that crosses ends the process.',
  'hidden-malloc': 'A malloc that the loader does not see: the file uses it, and the libraries use another. strdup, getline and std::string cross that line.',
  'note-lies': 'The note in the file is a claim. The symbols and libraries say something else; they are what runs.',
  'carries-malloc': 'A library brings a malloc along with other things. Programs that link it change their allocator without knowing; programs that load it later do not.',
  'plug-in': 'The program loads libraries while it runs, and one of those beside it keeps to a malloc of its own.',
  'visible-jemalloc': 'jemalloc\'s own functions are visible under their plain names. configure scripts find them and use them, also in libraries that run elsewhere.',
};

const known = ['jemalloc', 'system', 'process', 'private', 'tcmalloc', 'mimalloc', 'user', 'sanitizer', 'none'];
function colourOf(allocator) {
  const name = known.includes(allocator) ? allocator : 'other';
  return getComputedStyle(document.documentElement).getPropertyValue('--c-' + name).trim();
}
function variable(name) { return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(); }

// WCAG's relative luminance, of "#rrggbb".
function luminance(colour) {
  const parts = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}
const inkOn = colour => luminance(colour) > 0.179 ? '#000000' : '#ffffff';

function spokenSize(size) {
  const units = ['B', 'kB', 'MB', 'GB'];
  let unit = 0;
  while (size >= 1000 && unit < 3) { size /= 1000; ++unit; }
  return (unit && size < 10 ? size.toFixed(1) : Math.round(size)) + ' ' + units[unit];
}
const allocatorOf = file => file.allocator + (file.version ? ' ' + file.version : '');
const spokenKind = kind => kind.replace('-', ' ');
// A name may hold the end of a line, and what turns the direction of the text.
const oneLine = text => text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?');
const counted = (count, one, many) => count.toLocaleString('en') + ' ' + (count === 1 ? one : many);

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties))
    if (key in made) made[key] = value; else made.setAttribute(key, value);
  made.append(...children);
  return made;
}
function dot(allocator) {
  const made = element('span', { className: 'dot' });
  made.style.background = colourOf(allocator);
  made.dataset.allocator = allocator;
  return made;
}

for (const file of files)
  file.text = [file.path, file.allocator, file.by, file.provider || '', file.target, ...(file.faults || []).flat()].join('\n').toLowerCase();

function filter() {
  const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  state.shown = [];
  files.forEach((file, index) => {
    if (state.kind && file.kind !== state.kind) return;
    if (state.allocator && file.allocator !== state.allocator) return;
    if (state.faulty && !file.faults) return;
    if (words.every(word => file.text.includes(word))) state.shown.push(index);
  });
  find('count').textContent = counted(state.shown.length, 'file', 'files') + ' of ' + files.length.toLocaleString('en');
  tell('shown');
}

function choose(index) {
  if (index === state.chosen) return;
  state.chosen = index;
  tell('chosen');
  if (index >= 0) {
    const file = files[index];
    find('said').textContent = `${file.path}, ${spokenKind(file.kind)}, ${allocatorOf(file)}` +
      (file.faults ? ', ' + counted(file.faults.length, 'fault', 'faults') : '');
  }
}

function setUpTools() {
  const counts = new Map(), kinds = new Set();
  let faults = 0;
  for (const file of files) {
    counts.set(file.allocator, (counts.get(file.allocator) || 0) + 1);
    kinds.add(file.kind);
    faults += (file.faults || []).length;
  }
  const names = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
  for (const name of names) {
    const button = element('button', { type: 'button' }, dot(name), `${name} ${counts.get(name).toLocaleString('en')}`);
    button.dataset.allocator = name;
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      state.allocator = state.allocator === name ? '' : name;
      for (const other of find('legend').children)
        other.setAttribute('aria-pressed', String(other.dataset.allocator === state.allocator));
      filter();
    });
    find('legend').append(button);
  }
  for (const kind of [...kinds].sort()) find('kind').append(element('option', { value: kind }, spokenKind(kind)));
  find('summary').textContent = [counted(files.length, 'file', 'files'), faults ? counted(faults, 'fault', 'faults') : 'no fault',
    ...(data.unreadable.length ? [data.unreadable.length.toLocaleString('en') + ' unreadable'] : [])].join(', ');
  let wait = 0;
  find('query').addEventListener('input', event => {
    clearTimeout(wait);
    wait = setTimeout(() => { state.query = event.target.value; filter(); }, 60);
  });
  find('kind').addEventListener('change', event => { state.kind = event.target.value; filter(); });
  find('faulty').addEventListener('change', event => { state.faulty = event.target.checked; filter(); });
  const present = new Set(files.flatMap(file => (file.faults || []).map(fault => fault[0])));
  for (const [id, text] of Object.entries(reasons))
    if (present.has(id)) find('reasons').append(element('dt', { id: 'fault-' + id }, id), element('dd', {}, text));
  find('reasons').parentElement.hidden = !present.size;
  // One text, however many there are: ten thousand elements would be slow, and a part of them would hide the others.
  find('unread').textContent = data.unreadable.map(oneLine).join('\n');
  find('unread').parentElement.hidden = !data.unreadable.length;
}

function recolour() {
  for (const mark of document.querySelectorAll('.dot')) mark.style.background = colourOf(mark.dataset.allocator);
  tell('colours');
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
addEventListener('beforeprint', () => { document.documentElement.classList.add('print'); recolour(); tell('shown'); });
addEventListener('afterprint', () => { document.documentElement.classList.remove('print'); recolour(); tell('shown'); });
