// SPDX-License-Identifier: Apache-2.0
// The table. Only the rows in view are in the document: ten thousand take as long as forty.
{
  const columns = [
    { name: 'Path', width: '38%', key: file => file.path },
    { name: 'Kind', width: '11%', key: file => file.kind, text: file => spokenKind(file.kind) },
    { name: 'Allocator', width: '13%', key: allocatorOf, dotted: true },
    { name: 'By', width: '20%', key: file => file.by },
    { name: 'Size', width: '8%', key: file => file.size, text: file => spokenSize(file.size), number: true },
    { name: 'Faults', width: '10%', key: file => (file.faults || []).length, text: file => (file.faults || []).map(fault => fault[0]).join(', '), bad: true },
  ];
  const rowHeight = 28, box = find('table'), grid = find('grid'), body = grid.tBodies[0];
  let sorted = [], by = 0, down = false;

  const headRow = grid.tHead.rows[0];
  columns.forEach((column, at) => {
    const button = element('button', { type: 'button' }, column.name);
    const cell = element('th', { scope: 'col', role: 'columnheader', className: column.number ? 'number' : '' }, button);
    cell.style.width = column.width;
    button.addEventListener('click', () => {
      down = by === at ? !down : column.number || column.bad || false;
      by = at;
      sort();
    });
    headRow.append(cell);
  });

  function sort() {
    const key = columns[by].key, sign = down ? -1 : 1;
    const keys = new Map(state.shown.map(index => [index, key(files[index])]));
    sorted = [...state.shown].sort((a, b) => {
      const x = keys.get(a), y = keys.get(b);
      return x === y ? a - b : (x < y ? -sign : sign);
    });
    [...headRow.cells].forEach((cell, at) => cell.setAttribute('aria-sort', at === by ? (down ? 'descending' : 'ascending') : 'none'));
    grid.setAttribute('aria-rowcount', sorted.length + 1);
    box.scrollTop = 0;
    draw();
  }

  function space(rows) {
    const cell = element('td', { colSpan: columns.length });
    cell.style.height = rows * rowHeight + 'px';
    return element('tr', { className: 'space', role: 'presentation' }, cell);
  }

  function rowOf(at) {
    const index = sorted[at], file = files[index];
    const row = element('tr', { className: 'row', role: 'row', id: 'row-' + index });
    row.setAttribute('aria-rowindex', at + 2);
    row.setAttribute('aria-selected', String(index === state.chosen));
    for (const column of columns) {
      const text = (column.text || column.key)(file);
      const cell = element('td', { role: 'gridcell', className: column.number ? 'number' : column.bad && file.faults ? 'bad' : '', title: text });
      if (column.dotted) cell.append(dot(file.allocator));
      cell.append(text);
      row.append(cell);
    }
    row.addEventListener('click', () => choose(index));
    return row;
  }

  /// On paper: what a browser cannot lay out in one go is not left out in silence.
  function leftOut(count) {
    return element('tr', {}, element('td', { colSpan: columns.length }, `… and ${count} more; filter them, or take --allocator-audit=json`));
  }

  function draw() {
    const all = document.documentElement.classList.contains('print');
    const first = all ? 0 : Math.max(0, Math.floor(box.scrollTop / rowHeight) - 8);
    const end = all ? Math.min(sorted.length, 5000) : Math.min(sorted.length, first + Math.ceil(box.clientHeight / rowHeight) + 16);
    const rows = [];
    if (first) rows.push(space(first));
    for (let at = first; at < end; ++at) rows.push(rowOf(at));
    if (end < sorted.length) rows.push(all ? leftOut(sorted.length - end) : space(sorted.length - end));
    body.replaceChildren(...rows);
    if (state.chosen >= 0 && find('row-' + state.chosen)) box.setAttribute('aria-activedescendant', 'row-' + state.chosen);
    else box.removeAttribute('aria-activedescendant');
  }

  function show(at) {
    const top = at * rowHeight, visible = box.clientHeight - headRow.offsetHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + rowHeight > box.scrollTop + visible) box.scrollTop = top + rowHeight - visible;
    draw();
  }

  box.addEventListener('scroll', draw, { passive: true });
  box.addEventListener('keydown', event => {
    if (event.target !== box || !sorted.length) return;
    const at = sorted.indexOf(state.chosen), page = Math.max(1, Math.floor(box.clientHeight / rowHeight) - 2);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: sorted.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(sorted[Math.max(0, Math.min(sorted.length - 1, to))]);
  });
  listeners.shown.push(sort);
  listeners.chosen.push(() => { const at = sorted.indexOf(state.chosen); if (at >= 0) show(at); else draw(); });
}
