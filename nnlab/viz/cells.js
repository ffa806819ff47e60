// Cells of the drawing are chosen by the mouse, or by the arrow keys and Enter; below it stands
// what belongs to the chosen one.
({given, place, svg, html, parse, keys, target, status}) => {
  const {cells, first, size, ink, choose} = given;
  const says = status("padding:4px 8px;min-height:1.4em"), more = html("div", "padding:2px 8px 8px;display:flex;flex-wrap:wrap;gap:8px;min-height:96px");
  place.append(more);
  const at = new Map(), buttons = cells.map((c, n) => {
    const button = target(c.box, c.name, () => show(n));
    button.dataset.cell = c.at.join(",");
    button.setAttribute("stroke-width", 3);
    at.set(button.dataset.cell, n);
    const to = (row, column) => () => {
      const other = at.get([c.at[0] + row, c.at[1] + column].join(","));
      if (other === undefined) return;
      reach(other);
      buttons[other].focus();
    };
    keys(button, {ArrowLeft: to(0, -1), ArrowRight: to(0, 1), ArrowUp: to(-1, 0), ArrowDown: to(1, 0)});
    return button;
  });
  const reach = (n) => buttons.forEach((b, k) => b.setAttribute("tabindex", k === n ? 0 : -1));
  const press = (n) => buttons.forEach((b, k) => {
    b.setAttribute("aria-pressed", k === n);
    b.setAttribute("stroke", k === n ? ink : "none");
  });
  const show = (n) => {
    const {name, says: text = name, images = [], drawing} = cells[n];
    reach(n);
    press(n);
    says.textContent = text;
    const large = drawing && parse(drawing);
    if (large) place.style.maxWidth = Math.max(svg.getAttribute("width"), Number(large.getAttribute("width")) + 16) + "px";
    more.replaceChildren(...large ? [large] : images.map(({src, alt, says}) => {
      const figure = html("figure", "margin:0;text-align:center;font-size:12px"), image = html("img", "image-rendering:pixelated;object-fit:contain;border:1px solid;display:block"), caption = html("figcaption");
      Object.assign(image, {src: "data:image/png;base64," + src, alt, width: size, height: size});
      caption.textContent = says;
      figure.append(image, caption);
      return figure;
    }));
  };
  reach(at.get(first.join(",")));
  press(-1);
  says.textContent = choose;
}
