// A block is opened where it stands: its inside lies over the drawing, until it is closed.
alive(({svg, hint}) => {
  const {boxes, insides, words, frame} = given.data, ns = "http://www.w3.org/2000/svg";
  let open, layer;
  const shut = () => {
    layer?.remove();
    open?.setAttribute("aria-expanded", "false");
    [open, layer] = [undefined, undefined];
  };
  const whole = svg.viewBox.baseVal, paper = svg.querySelector("rect").getAttribute("fill"), high = whole.height, broad = whole.width;
  const size = (wide, tall) => {
    svg.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
    svg.setAttribute("width", wide);
    svg.setAttribute("height", tall);
    svg.style.maxWidth = wide > given.widest ? "none" : "100%"; // letters may not shrink
    svg.querySelector("rect").setAttribute("width", wide);
    svg.querySelector("rect").setAttribute("height", tall);
  };
  const show = (target, {box, inside}) => {
    layer = document.createElementNS(ns, "g");
    const drawing = document.importNode(new DOMParser().parseFromString(insides[inside], "image/svg+xml").documentElement, true);
    const wide = Number(drawing.getAttribute("width")), tall = Number(drawing.getAttribute("height"));
    // Below the box, within the drawing, which grows where it is too small.
    const x = Math.max(2, Math.min(box[0], broad - wide - 6)), y = box[1] + box[3] + 4;
    size(Math.max(broad, x + wide + 4), Math.max(high, y + tall + 4));
    drawing.setAttribute("x", x);
    drawing.setAttribute("y", y);
    const edge = document.createElementNS(ns, "rect");
    for (const [k, v] of Object.entries({x: x - 2, y: y - 2, width: wide + 4, height: tall + 4, fill: paper, stroke: frame, "stroke-width": 3, rx: 4})) edge.setAttribute(k, v);
    layer.append(edge, drawing);
    svg.append(layer);
    target.setAttribute("aria-expanded", "true");
    open = target;
  };
  const toggle = (target, b) => {
    const again = open === target;
    shut();
    size(broad, high);
    if (!again) show(target, b);
  };
  for (const b of boxes) {
    const target = document.createElementNS(ns, "rect"), [x, y, width, height] = b.box;
    for (const [k, v] of Object.entries({x, y, width, height, rx: 4, fill: "none", "pointer-events": "all", tabindex: 0, role: "button", "aria-expanded": false, "aria-label": `${words.open} ${b.name}`, "data-lm-suppress-shortcuts": ""})) target.setAttribute(k, v);
    target.style.cursor = "pointer";
    target.addEventListener("click", () => toggle(target, b));
    target.addEventListener("keydown", (e) => {
      if (e.key === "Enter" || e.key === " ") toggle(target, b);
      else if (e.key !== "Escape") return;
      else { shut(); size(broad, high); }
      e.preventDefault();
      e.stopPropagation();
    });
    svg.append(target);
  }
  svg.setAttribute("role", "group"); // no picture any more: it has buttons
  hint(words.hint);
});
