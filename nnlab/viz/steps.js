// Scenes, each a drawing whose parts come and go step by step: a part with data-from is there
// from that step on, one with data-to until then.
({given, words, place, svg, bar, html, redraw, button, end, keys, status}) => {
  const {scenes, next, count} = given;
  let scene = 0, step = 0;
  const last = () => scenes[scene].says.length - 1;
  const go = (to, at) => {
    if (to < 0 || to >= scenes.length) return;
    if (to !== scene) redraw(scenes[to].svg);
    scene = to;
    step = Math.max(0, Math.min(last(), at));
    show();
  };
  const back = () => step > 0 ? go(scene, step - 1) : go(scene - 1, Infinity);
  const on = () => step < last() ? go(scene, step + 1) : go(scene + 1, 0);
  const toFirst = button(words.first, () => go(scene - (step > 0 ? 0 : 1), 0)), toBack = button("◀ " + words.back, back, words.back);
  const toOn = button(words.on + " ▶", on, words.on), toNext = button(next, () => scene < scenes.length - 1 ? go(scene + 1, 0) : go(scene, last()));
  const where = html("span"), says = status("padding:2px 8px 6px;min-height:2.5em");
  bar.append(where);
  place.prepend(bar, says);
  keys(place, {ArrowLeft: back, ArrowRight: on, Home: () => go(scene, 0), End: () => go(scene, last())});
  const show = () => {
    for (const e of svg.querySelectorAll("[data-from],[data-to]")) {
      const {from = 0, to = Infinity} = e.dataset;
      e.style.display = from <= step && step <= to ? "" : "none";
    }
    where.textContent = `${scenes[scene].name} · ${count} ${step + 1}/${last() + 1}`;
    says.textContent = scenes[scene].says[step];
    for (const b of [toFirst, toBack]) end(b, scene === 0 && step === 0);
    for (const b of [toOn, toNext]) end(b, scene === scenes.length - 1 && step === last());
  };
  redraw(scenes[0].svg);
  show();
}
