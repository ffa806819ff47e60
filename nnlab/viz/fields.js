// The fields of all layers follow the mouse over the image, or the arrow keys, which go from
// number to number of one layer.
({given, svg, shape, status, driven}) => {
  const {fields, image, scale, number, says, mark, paper} = given, now = svg.querySelector(".now");
  const said = status("padding:4px 8px 8px;min-height:1.4em");
  let n = 0, spot = image.map((length) => (length - 1) / 2);
  const middle = (f, a, at) => f.first[a] + at * f.apart[a] + (f.size[a] - 1) / 2;
  // Of a layer's numbers the one whose field has its middle nearest to the spot.
  const nearest = (f) => [0, 1].map((a) => Math.min(f.numbers[a] - 1, Math.max(0, Math.ceil((spot[a] - middle(f, a, 0)) / f.apart[a] - 0.5))));
  // What of the field of a number lies in the image: the first and behind the last, by rows and columns.
  const inside = (f, at) => [0, 1].map((a) => {
    const from = f.first[a] + at[a] * f.apart[a], within = (x) => Math.min(image[a], Math.max(0, x));
    return [within(from), within(from + f.size[a])];
  });
  const show = () => {
    now.replaceChildren(...fields.flatMap((f, k) => {
      const [x, y] = f.place, [[top, bottom], [left, right]] = inside(f, nearest(f)).map((ends) => ends.map((v) => scale * v));
      const wide = scale * image[1], high = scale * image[0], width = Math.max(3, right - left), height = Math.max(3, bottom - top);
      return [
        shape("path", {"fill-rule": "evenodd", "fill-opacity": 0.75, fill: paper, d: `M${x} ${y}h${wide}v${high}h${-wide}zM${x + left} ${y + top}h${right - left}v${bottom - top}h${left - right}z`}),
        shape("rect", {x: x + (left + right - width) / 2, y: y + (top + bottom - height) / 2, width, height, fill: "none", stroke: mark, "stroke-width": k === n ? 4 : 2}),
      ];
    }));
    const f = fields[n], at = nearest(f), [rows, columns] = inside(f, at);
    const values = {size: f.text, row: at[0] + 1, column: at[1] + 1, top: rows[0] + 1, bottom: rows[1], left: columns[0] + 1, right: columns[1]};
    said.textContent = (f.layer + (f.numbers[0] * f.numbers[1] > 1 ? number : "") + says).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  const go = (a, step) => () => {
    const f = fields[n], at = nearest(f)[a] + step;
    if (at >= 0 && at < f.numbers[a]) spot[a] = middle(f, a, at);
    show();
  };
  const layer = (step) => () => {
    n = Math.min(fields.length - 1, Math.max(0, n + step));
    show();
  };
  said.textContent = given.hint;
  driven({
    ArrowLeft: go(1, -1), ArrowRight: go(1, 1), ArrowUp: go(0, -1), ArrowDown: go(0, 1), PageUp: layer(-1), PageDown: layer(1),
  }, (x, y) => fields.forEach((f, k) => {
    const at = [Math.floor((y - f.place[1]) / scale), Math.floor((x - f.place[0]) / scale)];
    if (at.some((v, a) => v < 0 || v >= image[a]) || k === n && at.every((v, a) => v === spot[a])) return;
    [n, spot] = [k, at];
    show();
  }));
}
