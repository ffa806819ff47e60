// Any number of a layer is followed to where it comes from, by the mouse over its pixel or
// by the arrow keys. What is written is what formula of featuremaps_formula.go writes.
({given, svg, shape, resize, driven, spoken, hint}) => {
  const {layers, words, products: mostProducts, at, mark, stroke, left, right, line, foot} = given, now = svg.querySelector(".now"), say = spoken();
  const read = ({text, unit}) => {
    const bytes = atob(text);
    return Float32Array.from({length: bytes.length / 2}, (_, k) => {
      const n = (bytes.charCodeAt(2 * k) | bytes.charCodeAt(2 * k + 1) << 8) << 16 >> 16;
      return n === -32768 ? NaN : Math.abs(n) === 32767 ? n * Infinity : n * unit; // as pack has it
    });
  };
  for (const l of layers) for (const name of ["values", "net", "kernel", "bias"]) l[name] = read(l[name]);
  for (const l of layers) for (const terms of l.terms ?? []) for (const t of terms) [t.x, t.w] = [Number(t.x), Number(t.w)];

  // Numbers as Go's digits, factor and sure write them.
  const {written, grouped, short} = numbers(words.comma), digits = (v) => short(v, 1e-3), count = (n) => grouped(String(n));
  const factor = (v) => v < 0 ? "(" + digits(v) + ")" : digits(v);
  const sure = (p) => !Number.isFinite(p) ? digits(p) : p < 1 && p >= 0.995 ? "> 99\u00a0%" : written((100 * p).toFixed(0)) + "\u00a0%";
  const joined = (parts) => parts.join(" + ").replaceAll("+ −", "− ");

  const place = (l, p, i, j) => (p * l.high + i) * l.wide + j;
  const cells = (l, i, j) => {
    const from = layers[l.below], all = [];
    for (let a = 0; a < l.size[0]; a++) for (let b = 0; b < l.size[1]; b++) {
      const row = i * l.stride[0] + a * l.spread[0] - l.front[0], column = j * l.stride[1] + b * l.spread[1] - l.front[1];
      all.push({row, column, inside: row >= 0 && row < from.high && column >= 0 && column < from.wide});
    }
    return all;
  };
  const result = (l, p, i, j) => (l.f ? l.net : l.values)[place(l, p, i, j)];
  // A global pool whose numbers are cells of one picture has a channel a cell and one window.
  const pooled = (l, p, i, j) => l.names ? [p, i, j] : [i * l.wide + j, 0, 0];

  const convolved = (l, name, p, i, j) => {
    const from = layers[l.below], window = cells(l, i, j), sums = [];
    const weight = (c, k) => l.kernel[(p * from.maps + c) * window.length + k];
    const input = (c, {row, column, inside}) => inside ? from.values[place(from, c, row, column)] : 0;
    for (let c = 0; c < from.maps; c++) sums.push(window.reduce((sum, w, k) => sum + input(c, w) * weight(c, k), 0));
    const most = sums.reduce((best, s, c) => Math.abs(s) > Math.abs(sums[best]) ? c : best, 0);
    let products = window.map((w, k) => factor(input(most, w)) + "·" + factor(weight(most, k)));
    if (products.length > mostProducts) products = [...products.slice(0, mostProducts), "…"];
    const sentences = [], out = result(l, p, i, j), bias = l.bias[p] ?? 0;
    let parts = products;
    if (l.inputs !== 1) {
      sentences.push(`${words.channel} ${from.names[most]}: ${products.join(" + ")} = ${digits(sums[most])}`);
      parts = sums.map(digits);
    }
    const others = l.inputs - from.maps;
    if (others > 0) parts.push(digits(out - bias - sums.reduce((a, b) => a + b, 0)) + ` (${words.channels.replace("%", count(others))})`);
    if (l.bias.length) parts.push(digits(bias) + " (b)");
    return [...sentences, `${name} = ${joined(parts)} = ${digits(out)}`];
  };
  const summed = (l, name, p, i, j) => {
    const unit = place(l, p, i, j), out = result(l, p, i, j), bias = l.bias[unit] ?? 0, terms = l.terms[unit];
    const parts = terms.map((t) => factor(t.x) + "·" + factor(t.w)), others = l.inputs - terms.length;
    if (others > 0) parts.push(digits(terms.reduce((rest, t) => rest - t.x * t.w, out - bias)) + ` (${words.terms.replace("%", count(others))})`);
    if (l.bias.length) parts.push(digits(bias) + " (b)");
    return `${name} = ${joined(parts)} = ${digits(out)}`;
  };
  const pool = (l, p, i, j) => {
    const from = layers[l.below], [channel, row, column] = pooled(l, p, i, j), inside = cells(l, row, column).filter((c) => c.inside);
    if (channel >= from.maps || inside.length > mostProducts)
      return `${words.out} = ${l.kind === "mean" ? words.mean : words.max} ${words.of.replace("%", count(inside.length))}`;
    const values = inside.map((c) => digits(from.values[place(from, channel, c.row, c.column)]));
    return l.kind === "mean" ? `${words.out} = (${joined(values)})/${inside.length}` : `${words.out} = ${words.max}(${values.join("; ")})`;
  };
  const formula = (l, p, i, j) => {
    const value = l.values[place(l, p, i, j)], out = l.bars ? sure(value) : digits(value), name = l.f ? words.net : words.out;
    const where = l.high * l.wide > 1 ? `, ${words.row} ${i + 1}, ${words.column} ${j + 1}` : "";
    const head = l.names ? `${l.name} · ${l.names[p]}${where}:` : `${l.name} · ${words.unit} ${i * l.wide + j}:`;
    const from = layers[l.below];
    if (l.kind === "max" || l.kind === "mean") return [head, pool(l, p, i, j) + " = " + out];
    if (l.kind === "each" && p < from.maps) {
      const x = digits(from.values[place(from, p, i, j)]);
      return l.f ? [head, `${words.out} = ${l.f}(${x}) = ${out}`] : [head, `${words.in} = ${x}`, `${words.out} = ${out}`];
    }
    if (l.kind !== "conv" && l.kind !== "dense") return [head, `${words.out} = ${out}`];
    const sentences = l.kind === "conv" ? convolved(l, name, p, i, j) : [summed(l, name, p, i, j)];
    if (l.f) sentences.push(`${words.out} = ${l.f}(${digits(l.net[place(l, p, i, j)])}) = ${out}`);
    return [head, ...sentences];
  };

  const box = (l, picture, i, j, high = 1, wide = 1) => {
    const [x, y] = l.pictures[picture], dy = l.shown[1] / l.high, dx = l.shown[0] / l.wide;
    return [x + dx * j, y + dy * i, dx * wide, dy * high];
  };
  const marks = (l, p, i, j) => {
    const from = layers[l.below];
    if (!from) return [];
    const window = (picture, i, j) => {
      const range = (a, at, length) => {
        const low = at * l.stride[a] - l.front[a];
        return [Math.max(0, low), Math.min(length, low + (l.size[a] - 1) * l.spread[a] + 1)];
      };
      const [top, bottom] = range(0, i, from.high), [left, right] = range(1, j, from.wide);
      return top < bottom && left < right ? [box(from, picture, top, left, bottom - top, right - left)] : []; // all padding
    };
    const [channel, row, column] = pooled(l, p, i, j);
    switch (l.kind) {
      case "conv": return from.pictures.slice(0, from.maps).flatMap((_, c) => window(c, i, j));
      case "max": case "mean": return channel < from.pictures.length ? window(channel, row, column) : [];
      case "each": return [box(from, p, i, j)];
      case "dense": return l.terms[place(l, p, i, j)].filter((t) => t.p >= 0).map((t) => box(from, t.p, t.i, t.j));
    }
    return [];
  };

  const element = (name, attributes, text) => now.appendChild(shape(name, attributes, text));
  const outline = ([x, y, wide, high]) => {
    const w = Math.max(3, wide), h = Math.max(3, high);
    element("rect", {x: x - (w - wide) / 2, y: y - (h - high) / 2, width: w, height: h, fill: "none", stroke: mark, "stroke-width": 2});
  };
  const {width: wide, height: high} = svg.viewBox.baseVal;
  const write = (sentences) => {
    let y = foot;
    sentences.forEach((sentence, n) => {
      const attributes = n === 0 ? {"font-weight": 600} : {};
      let e = element("text", {x: left, y, ...attributes}, "");
      for (const word of sentence.split(" ")) {
        const before = e.textContent;
        e.textContent = before ? before + " " + word : word;
        if (before && e.getComputedTextLength() > right - left) {
          e.textContent = before;
          y += line;
          e = element("text", {x: left, y, ...attributes}, word);
        }
      }
      y += line;
    });
    resize(wide, Math.max(high, y - line / 2)); // more lines than the picture has room for
  };

  let [n, p, i, j] = at;
  const show = () => {
    const l = layers[n], to = box(l, l.pictures[p] ? p : 0, i, j), sentences = formula(l, p, i, j);
    now.replaceChildren();
    for (const b of marks(l, p, i, j)) {
      element("path", {d: `M${b[0] + b[2] / 2} ${b[1] + b[3]}L${to[0] + to[2] / 2} ${to[1]}`, stroke, fill: "none"});
      outline(b);
    }
    outline(to);
    write(sentences);
    say(sentences.join("; "));
  };
  const pictures = (l) => Math.min(l.maps, l.pictures.length);
  const layer = (step, above) => {
    let next = n + step;
    while (layers[next] && !pictures(layers[next])) next += step;
    if (!layers[next]) return;
    const l = layers[next];
    i = above === undefined ? Math.min(i, l.high - 1) : above ? 0 : l.high - 1;
    j = Math.min(l.wide - 1, Math.floor((j + 0.5) * l.wide / layers[n].wide));
    p = Math.min(p, pictures(l) - 1);
    n = next;
    show();
  };
  const across = (step) => {
    const l = layers[n];
    if (j + step >= 0 && j + step < l.wide) j += step;
    else if (p + step >= 0 && p + step < pictures(l)) { p += step; j = step > 0 ? 0 : l.wide - 1; }
    show();
  };
  const down = (step) => {
    if (i + step < 0 || i + step >= layers[n].high) return layer(step, step > 0);
    i += step;
    show();
  };
  hint(words.hint);
  driven({
    ArrowLeft: () => across(-1), ArrowRight: () => across(1), ArrowUp: () => down(-1), ArrowDown: () => down(1),
    PageUp: () => layer(-1), PageDown: () => layer(1),
  }, (x, y) => {
    layers.forEach((l, m) => l.pictures.slice(0, l.maps).forEach(([px, py], q) => {
      const a = Math.floor((y - py) / l.shown[1] * l.high), b = Math.floor((x - px) / l.shown[0] * l.wide);
      if (a < 0 || a >= l.high || b < 0 || b >= l.wide || m === n && q === p && a === i && b === j) return;
      [n, p, i, j] = [m, q, a, b];
      show();
    }));
  });
}
