// SPDX-License-Identifier: Apache-2.0
// What is chosen: its facts, its faults, and the graph of an executable and its libraries.
{
  const width = 176, height = 28, across = 216, apart = 36, most = 300;
  const byPath = new Map(files.map((file, index) => [file.path, index]));
  const fileName = path => path.slice(path.lastIndexOf('/') + 1);

  function svg(name, attributes = {}, ...children) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // The executable on the left; each library to the right of what needs it first.
  function nodesOf(file) {
    const nodes = [{ path: file.path, allocator: file.allocator, depth: 0, parent: -1, index: byPath.get(file.path) }];
    for (let at = 0; at < file.loaded.length && nodes.length < most; at += 2) {
      const [path, allocator] = data.libraries[file.loaded[at]], parent = file.loaded[at + 1] + 1;
      nodes.push({ path, allocator, depth: nodes[parent].depth + 1, parent, index: byPath.get(path) });
    }
    const rows = [];
    for (const node of nodes) node.row = rows[node.depth] = (rows[node.depth] ?? -1) + 1;
    return nodes;
  }

  function drawNode(node, provides) {
    const fill = colourOf(node.allocator), ink = inkOn(fill);
    let name = fileName(node.path);
    if (name.length > 24) name = name.slice(0, 23) + '…';
    const label = `${node.path}, ${node.allocator}${provides ? ', its malloc is the process\'s' : ''}`;
    const group = svg('g', { tabindex: 0, role: 'button', 'aria-label': label, transform: `translate(${node.x},${node.y})` },
      svg('title', {}, label),
      svg('rect', { width, height, rx: 6, fill, stroke: provides ? variable('text') : variable('line'), 'stroke-width': provides ? 3 : 1 }));
    const text = svg('text', { x: 10, y: height / 2 + 4, fill: ink }, name);
    group.append(text);
    const open = () => { if (node.index !== undefined && node.index !== state.chosen) { choose(node.index); find('details-title').focus(); } };
    if (node.index !== undefined && node.index !== state.chosen) group.style.cursor = 'pointer';
    group.addEventListener('click', open);
    group.addEventListener('keydown', event => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); open(); } });
    return group;
  }

  function graphOf(file) {
    const nodes = nodesOf(file);
    let right = 0, bottom = 0;
    for (const node of nodes) {
      node.x = 4 + node.depth * across;
      node.y = 4 + node.row * apart;
      right = Math.max(right, node.x + width + 4);
      bottom = Math.max(bottom, node.y + height + 4);
    }
    const drawn = svg('svg', { width: right, height: bottom, viewBox: `0 0 ${right} ${bottom}`, role: 'group', 'aria-label': `Libraries of ${file.path}` });
    for (const node of nodes) {
      if (node.parent < 0) continue;
      const from = nodes[node.parent], x = from.x + width, y = from.y + height / 2, to = node.y + height / 2, bend = (node.x - x) / 2;
      drawn.append(svg('path', { d: `M${x} ${y}C${x + bend} ${y} ${x + bend} ${to} ${node.x} ${to}`, fill: 'none', stroke: variable('line'), 'stroke-width': 1.5 }));
    }
    nodes.forEach((node, at) => drawn.append(drawNode(node, at === file.from)));
    return drawn;
  }

  function usersOf(path) {
    const number = data.libraries.findIndex(library => library[0] === path);
    if (number < 0) return [];
    const users = [];
    files.forEach((file, index) => {
      if (file.loaded && file.loaded.some((value, at) => at % 2 === 0 && value === number)) users.push(index);
    });
    return users;
  }

  function show() {
    const body = find('details-body'), file = files[state.chosen];
    if (!file) return;
    find('details-title').textContent = fileName(file.path);
    const facts = element('dl', { className: 'facts' });
    const fact = (name, ...value) => facts.append(element('dt', {}, name), element('dd', {}, ...value));
    fact('path', element('code', {}, file.path));
    fact('allocator', dot(file.allocator), ' ' + allocatorOf(file));
    fact('by', file.by);
    if (file.provider) fact('file', element('code', {}, file.provider));
    fact('kind', `${spokenKind(file.kind)}, ${file.target}, ${spokenSize(file.size)}`);
    body.replaceChildren(facts);
    for (const [id, sentence] of file.faults || [])
      body.append(element('p', { className: 'fault' }, element('b', {}, id), ': ' + sentence + ' ', element('a', { href: '#fault-' + id }, 'why')));
    if (file.loaded) {
      body.append(graphOf(file));
      if (file.loaded.length / 2 >= most) body.append(element('p', { className: 'muted' }, `The first ${most} of ${file.loaded.length / 2}.`));
    } else if (file.kind === 'shared-library') {
      const users = usersOf(file.path);
      body.append(element('p', { className: 'muted' }, users.length ? `Loaded by ${counted(users.length, 'executable', 'executables')} here:` : 'No executable here needs it.'));
      for (const index of users.slice(0, 50)) {
        const button = element('button', { type: 'button', className: 'link' }, files[index].path);
        button.addEventListener('click', () => choose(index));
        body.append(element('div', {}, button));
      }
    }
    body.scrollTop = 0;
  }
  listeners.chosen.push(show);
  listeners.colours.push(show);
}

setUpTools();
filter();
