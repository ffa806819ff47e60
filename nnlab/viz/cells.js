  // make shows a drawing with cells that are chosen by the mouse or by the arrow keys and
  // Enter, and below it the images of the chosen cell.
  const make = (place, set, tools) => {
    const drawing = document.createElement("div"), says = document.createElement("div"), images = document.createElement("div");
    let at = set.first, chosen = null;
    drawing.style.overflowX = "auto";
    says.setAttribute("role", "status");
    says.style.cssText = "padding:4px 8px;min-height:1.4em";
    images.style.cssText = "padding:2px 8px 8px;display:flex;flex-wrap:wrap;gap:8px;min-height:96px";
    place.append(drawing, says, images);
    const cell = ([row, column]) => drawing.querySelector(`[data-cell="${row},${column}"]`);
    const point = () => {
      for (const e of drawing.querySelectorAll("[data-cell]")) {
        const is = e === cell(at), pressed = chosen !== null && e === cell(chosen);
        e.setAttribute("tabindex", is ? 0 : -1);
        e.setAttribute("aria-pressed", pressed);
        e.setAttribute("stroke", pressed ? tools.colour(set.ink) : "none");
      }
    };
    const choose = (where) => {
      at = chosen = where;
      point();
      const {says: text, images: pictures} = set.cells[where.join(",")] ?? {says: cell(where).getAttribute("aria-label"), images: []};
      says.textContent = text;
      images.replaceChildren(...pictures.map(({src, alt, says}) => {
        const figure = document.createElement("figure"), image = new Image(set.size, set.size), caption = document.createElement("figcaption");
        figure.style.cssText = "margin:0;text-align:center;font-size:12px";
        Object.assign(image, {src: "data:image/png;base64," + src, alt});
        image.style.cssText = `image-rendering:pixelated;border:1px solid ${tools.colour(set.rule)};display:block`;
        caption.textContent = says;
        figure.append(image, caption);
        return figure;
      }));
    };
    const where = (e) => e.dataset.cell.split(",").map(Number);
    drawing.onclick = (e) => { if (e.target.dataset.cell) choose(where(e.target)); };
    drawing.onkeydown = (e) => {
      const by = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[e.key];
      if (!e.target.dataset.cell || e.ctrlKey || e.altKey || e.metaKey) return;
      if (by) {
        const to = [at[0] + by[0], at[1] + by[1]];
        if (cell(to)) { at = to; point(); cell(at).focus(); }
      } else if (e.key === "Enter" || e.key === " ") choose(where(e.target));
      else return;
      e.preventDefault();
      e.stopPropagation();
    };
    says.textContent = set.choose;
    return {
      draw() {
        drawing.innerHTML = tools.paint(set.svg);
        for (const e of drawing.querySelectorAll("[data-cell]")) {
          e.setAttribute("role", "button");
          e.setAttribute("data-lm-suppress-shortcuts", "");
          e.style.cursor = "pointer";
        }
        chosen === null ? point() : choose(chosen);
      },
    };
  };
