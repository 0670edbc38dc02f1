// SPDX-License-Identifier: Apache-2.0
// The map: folders and files as nested rectangles, drawn on one canvas. Squarified, as Bruls, Huizing and van Wijk (2000).
{
  const canvas = find('map'), box = find('map-box'), tip = find('tip');
  const head = 17;            // of a folder, in pixels
  let root = null, cells = [], folders = [], zoom = [];

  function treeOf(indices) {
    const top = { name: '', size: 0, folders: new Map(), files: [] };
    for (const index of indices) {
      const parts = files[index].path.split('/');
      parts.pop();
      let at = top;
      for (const part of parts) {
        let next = at.folders.get(part);
        if (!next) at.folders.set(part, next = { name: part, size: 0, folders: new Map(), files: [], parent: at });
        at = next;
      }
      at.files.push(index);
      const size = Math.max(files[index].size, 1);
      for (; at; at = at.parent) at.size += size;
    }
    return top;
  }

  // A folder that holds one folder and nothing else is shown as one: usr/lib.
  function collapsed(folder) {
    let name = folder.name;
    while (!folder.files.length && folder.folders.size === 1) {
      folder = folder.folders.values().next().value;
      name = name || folder.name.startsWith('/') ? name + '/' + folder.name : folder.name;
    }
    return [folder, name];
  }

  // Places `items` ({size}) in the rectangle, rows as square as can be; calls place(item, x, y, w, h).
  function squarify(items, x, y, w, h, place) {
    let total = items.reduce((sum, item) => sum + item.size, 0);
    for (let begin = 0; begin < items.length && w > 0.3 && h > 0.3;) {
      const side = Math.min(w, h), scale = w * h / total;
      let end = begin, sum = 0, worst = Infinity;
      while (end < items.length) {
        const next = sum + items[end].size * scale;
        const largest = items[begin].size * scale, smallest = items[end].size * scale;
        const ratio = Math.max(side * side * largest / (next * next), next * next / (side * side * smallest));
        if (ratio > worst) break;
        worst = ratio;
        sum = next;
        ++end;
      }
      const depth = sum / side;
      let along = 0;
      for (let at = begin; at < end; ++at) {
        const length = items[at].size * scale / depth;
        if (w >= h) place(items[at], x, y + along, depth, length);
        else place(items[at], x + along, y, length, depth);
        along += length;
        total -= items[at].size;
      }
      if (w >= h) { x += depth; w -= depth; } else { y += depth; h -= depth; }
      begin = end;
    }
  }

  function lay(folder, x, y, w, h, depth) {
    const items = [...folder.folders.values()].map(inner => ({ size: inner.size, inner }))
      .concat(folder.files.map(index => ({ size: Math.max(files[index].size, 1), index })))
      .sort((a, b) => b.size - a.size);
    squarify(items, x, y, w, h, (item, x, y, w, h) => {
      if (item.index !== undefined) { cells.push({ x, y, w, h, index: item.index }); return; }
      const [inner, name] = collapsed(item.inner);
      const titled = w > 50 && h > 40;
      folders.push({ x, y, w, h, folder: inner, name, titled, depth });
      const inset = w > 12 && h > 12 ? 2 : 0;
      if (titled) lay(inner, x + inset, y + head, w - 2 * inset, h - head - inset, depth + 1);
      else lay(inner, x + inset / 2, y + inset / 2, w - inset, h - inset, depth + 1);
    });
  }

  function hatching(context, ink) {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 8;
    const pen = tile.getContext('2d');
    pen.strokeStyle = ink;
    pen.lineWidth = 1.8;
    for (const shift of [-8, 0, 8]) { pen.moveTo(shift, 8); pen.lineTo(shift + 8, 0); }
    pen.stroke();
    return context.createPattern(tile, 'repeat');
  }

  function clipped(context, text, width) {
    if (context.measureText(text).width <= width) return text;
    let end = Math.min(text.length, Math.floor(width / 5));
    while (end > 1 && context.measureText(text.slice(0, end) + '…').width > width) --end;
    return end > 1 ? text.slice(0, end) + '…' : '';
  }

  function draw() {
    const ratio = devicePixelRatio || 1, width = box.clientWidth, height = box.clientHeight;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d');
    context.scale(ratio, ratio);
    context.fillStyle = variable('gap');
    context.fillRect(0, 0, width, height);
    context.font = '11.5px system-ui, sans-serif';
    context.textBaseline = 'middle';
    const colours = new Map(), patterns = new Map();
    const colour = name => colours.get(name) || colours.set(name, colourOf(name)).get(name);
    const text = variable('text'), folderColour = variable('folder'), gap = variable('gap');
    for (const { x, y, w, h, name, titled } of folders) {
      context.fillStyle = folderColour;
      context.fillRect(x, y, w - 1, h - 1);
      if (!titled) continue;
      context.fillStyle = text;
      context.fillText(clipped(context, name, w - 12), x + 5, y + head / 2 + 0.5);
    }
    for (const { x, y, w, h, index } of cells) {
      const file = files[index], fill = colour(file.allocator), ink = inkOn(fill);
      context.fillStyle = fill;
      context.fillRect(x, y, Math.max(w - 1, 0.7), Math.max(h - 1, 0.7));
      if (file.faults) {
        if (!patterns.has(ink)) patterns.set(ink, hatching(context, ink === '#000000' ? 'rgba(0,0,0,.62)' : 'rgba(255,255,255,.75)'));
        context.fillStyle = patterns.get(ink);
        context.fillRect(x, y, Math.max(w - 1, 0.7), Math.max(h - 1, 0.7));
      }
      if (w < 44 || h < 16) continue;
      const label = clipped(context, file.path.slice(file.path.lastIndexOf('/') + 1), w - 10);
      if (!label) continue;
      if (file.faults) {
        context.fillStyle = fill;
        context.fillRect(x + 2, y + 2, Math.min(context.measureText(label).width + 6, w - 5), 14);
      }
      context.fillStyle = ink;
      context.fillText(label, x + 5, y + 9.5);
    }
    const chosen = cells.find(cell => cell.index === state.chosen);
    if (chosen) {
      context.lineWidth = 3;
      context.strokeStyle = gap;
      context.strokeRect(chosen.x + 1, chosen.y + 1, Math.max(chosen.w - 3, 3), Math.max(chosen.h - 3, 3));
      context.lineWidth = 2;
      context.strokeStyle = text;
      context.strokeRect(chosen.x, chosen.y, Math.max(chosen.w - 1, 4), Math.max(chosen.h - 1, 4));
    }
    const file = files[state.chosen];
    canvas.setAttribute('aria-label', `Map of ${counted(cells.length, 'file', 'files')}` + (file ? `, at ${file.path}, ${allocatorOf(file)}` : ''));
  }

  function layOut() {
    cells = [];
    folders = [];
    let folder = root;
    for (const name of zoom) folder = folder && folder.folders.get(name);
    if (!folder) { zoom = []; folder = root; }
    lay(collapsed(folder)[0], 0, 0, box.clientWidth, box.clientHeight, 0);
    draw();
    const crumbs = find('crumbs');
    crumbs.replaceChildren();
    if (!zoom.length) return;
    const go = (length, name) => {
      const button = element('button', { type: 'button' }, name);
      button.addEventListener('click', () => { zoom = zoom.slice(0, length); layOut(); canvas.focus(); });
      return button;
    };
    crumbs.append(go(0, 'all'));
    zoom.forEach((name, at) => { if (name) crumbs.append(' / ', go(at + 1, name)); });
  }

  function pathOf(folder) {
    const names = [];
    for (; folder.parent; folder = folder.parent) names.unshift(folder.name);
    return names;
  }
  const cellAt = (x, y) => cells.find(cell => x >= cell.x && x < cell.x + cell.w && y >= cell.y && y < cell.y + cell.h);
  function enterAt(x, y) {
    const around = folders.filter(({ x: left, y: top, w, h }) => x >= left && x < left + w && y >= top && y < top + h);
    if (around.length) { zoom = pathOf(around[0].folder); layOut(); }
  }
  function leave() {
    if (!zoom.length) return;
    do zoom.pop(); while (zoom.length && zoom[zoom.length - 1] === '');
    layOut();
  }

  const placeOf = event => { const at = canvas.getBoundingClientRect(); return [event.clientX - at.left, event.clientY - at.top]; };
  canvas.addEventListener('click', event => { const cell = cellAt(...placeOf(event)); if (cell) choose(cell.index); });
  canvas.addEventListener('dblclick', event => enterAt(...placeOf(event)));
  canvas.addEventListener('mousemove', event => {
    const [x, y] = placeOf(event), cell = cellAt(x, y);
    tip.hidden = !cell;
    if (!cell) return;
    const file = files[cell.index];
    tip.textContent = `${file.path} · ${allocatorOf(file)} · ${spokenSize(file.size)}` + (file.faults ? ' · ' + file.faults.map(fault => fault[0]).join(', ') : '');
    tip.style.left = Math.max(0, Math.min(x + 14, box.clientWidth - tip.offsetWidth)) + 'px';
    tip.style.top = (y + 18 + tip.offsetHeight > box.clientHeight ? y - tip.offsetHeight - 8 : y + 18) + 'px';
  });
  canvas.addEventListener('mouseleave', () => { tip.hidden = true; });
  canvas.addEventListener('keydown', event => {
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const from = cells.find(cell => cell.index === state.chosen);
    if (event.key === 'Escape') leave();
    else if (event.key === 'Enter' && from) enterAt(from.x + from.w / 2, from.y + from.h / 2);
    else if (directions[event.key]) {
      if (!from) { if (cells.length) choose(cells[0].index); } else {
        const [dx, dy] = directions[event.key], cx = from.x + from.w / 2, cy = from.y + from.h / 2;
        let best = null, least = Infinity;
        for (const cell of cells) {
          const ax = cell.x + cell.w / 2 - cx, ay = cell.y + cell.h / 2 - cy;
          const ahead = ax * dx + ay * dy, aside = Math.abs(ax * dy) + Math.abs(ay * dx);
          if (ahead <= 0.5 || aside > ahead * 2 + 4) continue;
          if (ahead + 2 * aside < least) { least = ahead + 2 * aside; best = cell; }
        }
        if (best) choose(best.index);
      }
    } else return;
    event.preventDefault();
  });

  listeners.shown.push(() => { root = treeOf(state.shown); layOut(); });
  listeners.chosen.push(draw);
  listeners.colours.push(draw);
  new ResizeObserver(() => { if (root) layOut(); }).observe(box);
}
