  // make shows points that move from epoch to epoch, and the image of the one that the mouse or
  // the arrow keys point at.
  const make = (place, set, tools) => {
    const {positions, names, epochs, words} = set, still = matchMedia("(prefers-reduced-motion: reduce)");
    let epoch = 0, at = 0, pointed = false;
    const bar = document.createElement("div"), drawing = document.createElement("div"), foot = document.createElement("div");
    const image = document.createElement("div"), says = document.createElement("div");
    bar.style.cssText = "padding:8px 8px 0";
    drawing.style.overflowX = "auto";
    foot.style.cssText = `display:flex;align-items:center;gap:10px;padding:4px 8px 8px;min-height:${set.size + 2}px`;
    says.setAttribute("role", "status");
    image.setAttribute("role", "img");
    if (set.sheet) foot.append(image);
    foot.append(says);
    const point = (i) => drawing.querySelector(`[data-point="${i}"]`);
    const show = () => {
      positions[epoch].forEach(([x, y], i) => {
        const e = point(i);
        e.style.transform = `translate(${x}px,${y}px)`;
        e.style.transition = still.matches ? "none" : "transform .4s";
        e.setAttribute("tabindex", i === at ? 0 : -1);
        e.setAttribute("stroke", tools.colour(pointed && i === at ? set.ink : set.paper));
        e.setAttribute("stroke-width", pointed && i === at ? 2.5 : 0.8);
      });
      if (where) {
        where.textContent = epochs[epoch];
        [[buttons[0], epoch === 0], [buttons[1], epoch === 0], [buttons[2], epoch === epochs.length - 1]].forEach(([b, is]) => {
          b.setAttribute("aria-disabled", is);
          b.style.opacity = is ? 0.5 : 1;
        });
      }
      says.textContent = pointed ? names[at] : set.choose;
      image.style.cssText = pointed && set.sheet ? `flex:none;width:${set.size}px;height:${set.size}px;image-rendering:pixelated;border:1px solid ${tools.colour(set.rule)};` +
        `background:url(data:image/png;base64,${set.sheet}) 0 ${-at * set.size}px / ${set.size}px ${names.length * set.size}px` : "display:none";
      image.setAttribute("aria-label", names[at]);
    };
    const go = (to) => { epoch = Math.max(0, Math.min(epochs.length - 1, to)); show(); };
    const choose = (i, focus) => {
      at = (i + names.length) % names.length;
      pointed = true;
      show();
      if (focus) point(at).focus();
    };
    let where, buttons = [];
    if (epochs.length > 1) {
      buttons = [tools.button(words.first, words.first, () => go(0)), tools.button("◀ " + words.back, words.back, () => go(epoch - 1)), tools.button(words.on + " ▶", words.on, () => go(epoch + 1))];
      where = document.createElement("span");
      where.setAttribute("role", "status");
      bar.append(...buttons, where);
    }
    place.append(bar, drawing, foot);
    drawing.onmouseover = drawing.onclick = (e) => { if (e.target.dataset.point) choose(Number(e.target.dataset.point)); };
    drawing.addEventListener("focusin", (e) => { if (e.target.dataset.point && !pointed) choose(Number(e.target.dataset.point)); });
    place.onkeydown = (e) => {
      if (e.ctrlKey || e.altKey || e.metaKey) return;
      const points = e.target.dataset.point !== undefined, by = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1}[e.key];
      if (!by) return;
      if (points) choose(at + by, true);
      else go(epoch + by);
      e.preventDefault();
      e.stopPropagation();
    };
    return {
      draw() {
        drawing.innerHTML = tools.paint(set.svg);
        drawing.querySelectorAll("[data-point]").forEach((e, i) => {
          e.setAttribute("role", "img");
          e.setAttribute("aria-label", names[i]);
          e.setAttribute("data-lm-suppress-shortcuts", "");
        });
        show();
      },
    };
  };
