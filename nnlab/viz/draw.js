// A block is opened where it stands: its inside lies over the drawing, until it is closed.
({given, svg, parse, shape, keys, resize, target, hint}) => {
  const {boxes, insides, words, frame} = given, {width: broad, height: high} = svg.viewBox.baseVal;
  const paper = svg.querySelector("rect").getAttribute("fill");
  let open, layer;
  const shut = () => {
    layer?.remove();
    open?.setAttribute("aria-expanded", "false");
    [open, layer] = [undefined, undefined];
    resize(broad, high);
  };
  const show = (button, {box, inside}) => {
    const drawing = parse(insides[inside]), wide = Number(drawing.getAttribute("width")), tall = Number(drawing.getAttribute("height"));
    // Below the box, within the drawing, which grows where it is too small.
    const x = Math.max(2, Math.min(box[0], broad - wide - 6)), y = box[1] + box[3] + 4;
    resize(Math.max(broad, x + wide + 4), Math.max(high, y + tall + 4));
    drawing.setAttribute("x", x);
    drawing.setAttribute("y", y);
    layer = shape("g", {});
    layer.append(shape("rect", {x: x - 2, y: y - 2, width: wide + 4, height: tall + 4, fill: paper, stroke: frame, "stroke-width": 3, rx: 4}), drawing);
    svg.append(layer);
    button.setAttribute("aria-expanded", "true");
    open = button;
  };
  for (const b of boxes) {
    const button = target(b.box, `${words.open} ${b.name}`, () => {
      const again = open === button;
      shut();
      if (!again) show(button, b);
    });
    button.setAttribute("aria-expanded", "false");
    keys(button, {Escape: shut});
  }
  hint(words.hint);
}
