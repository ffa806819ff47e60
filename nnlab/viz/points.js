// Points move from epoch to epoch; below them stands the image of the one that the mouse or the
// arrow keys point at.
({given, words, place, svg, bar, still, html, button, end, keys, status}) => {
  const {positions, names, epochs, choose, sheet, shown: [wide, high] = [], size, ink, paper} = given, points = [...svg.querySelectorAll("[data-point]")];
  let epoch = 0, at = 0, pointed = false;
  const many = epochs.length > 1, go = (to) => { epoch = Math.max(0, Math.min(epochs.length - 1, to)); show(); };
  const buttons = many ? [button(words.first, () => go(0)), button("◀ " + words.back, () => go(epoch - 1), words.back), button(words.on + " ▶", () => go(epoch + 1), words.on)] : [];
  const where = many ? status() : undefined, says = status(), image = html("div"), foot = html("div", `display:flex;align-items:center;gap:10px;padding:4px 8px 8px;min-height:${size + 2}px`);
  if (many) bar.append(where);
  if (sheet) foot.append(image);
  foot.append(says);
  place.prepend(bar);
  place.append(foot);
  svg.querySelector(".now")?.remove(); // the epoch, which stands beside the buttons now
  svg.setAttribute("role", "group");
  image.setAttribute("role", "img");
  const placed = (i) => positions[epoch][i]; // what is no number has no place
  const show = () => {
    if (!placed(at)) [at, pointed] = [Math.max(0, positions[epoch].findIndex((p) => p)), false];
    points.forEach((e, i) => {
      const is = pointed && i === at, [x, y] = placed(i) ?? [];
      e.setAttribute("visibility", placed(i) ? "visible" : "hidden");
      if (placed(i)) e.style.transform = `translate(${x}px,${y}px)`;
      e.style.transition = still ? "none" : "transform .4s";
      e.setAttribute("tabindex", i === at ? 0 : -1);
      e.setAttribute("stroke", is ? ink : paper);
      e.setAttribute("stroke-width", is ? 2.5 : 0.8);
    });
    if (many) {
      where.textContent = epochs[epoch];
      buttons.forEach((b, i) => end(b, epoch === (i < 2 ? 0 : epochs.length - 1)));
    }
    says.textContent = pointed ? names[at] : choose;
    image.style.cssText = pointed && sheet ? `flex:none;width:${wide}px;height:${high}px;image-rendering:pixelated;border:1px solid;` +
      `background:url(data:image/png;base64,${sheet}) 0 ${-at * high}px / ${wide}px ${names.length * high}px` : "display:none";
    image.setAttribute("aria-label", names[at]);
  };
  const point = (i) => {
    at = i;
    pointed = true;
    show();
  };
  points.forEach((e, i) => {
    e.setAttribute("role", "img");
    e.setAttribute("aria-label", names[i]);
    e.addEventListener("mouseover", () => point(i));
    e.addEventListener("click", () => point(i));
    e.addEventListener("focus", () => { if (!pointed) point(i); });
  });
  const by = (step) => (e) => {
    if (!points.includes(e.target)) return go(epoch + step);
    let to = at;
    do to = (to + step + points.length) % points.length; while (!placed(to) && to !== at);
    point(to);
    points[at].focus();
  };
  keys(place, {ArrowLeft: by(-1), ArrowRight: by(1), ArrowUp: by(-1), ArrowDown: by(1)});
  show();
}
