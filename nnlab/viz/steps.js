  // make shows scenes, each a drawing whose parts come and go step by step: a part with
  // data-from is there from that step on, with data-to until then.
  const make = (place, set, tools) => {
    const {scenes, words} = set;
    let scene = 0, step = 0;
    const bar = document.createElement("div"), says = document.createElement("div"), drawing = document.createElement("div");
    const last = () => scenes[scene].says.length - 1;
    const go = (to, at) => {
      if (to < 0 || to >= scenes.length) return;
      const changed = to !== scene;
      scene = to;
      step = Math.max(0, Math.min(last(), at));
      changed ? figure.draw() : show();
    };
    const back = () => step > 0 ? go(scene, step - 1) : go(scene - 1, Infinity);
    const on = () => step < last() ? go(scene, step + 1) : go(scene + 1, 0);
    const buttons = {
      first: tools.button(words.first, words.first, () => go(scene - (step > 0 ? 0 : 1), 0)),
      back: tools.button("◀ " + words.back, words.back, back),
      on: tools.button(words.on + " ▶", words.on, on),
      next: tools.button(words.next, words.next, () => scene < scenes.length - 1 ? go(scene + 1, 0) : go(scene, last())),
    };
    const where = document.createElement("span");
    bar.append(...Object.values(buttons), where);
    bar.style.cssText = "padding:8px 8px 0";
    says.setAttribute("role", "status");
    says.style.cssText = "padding:2px 8px 6px;min-height:2.5em";
    drawing.style.overflowX = "auto";
    drawing.tabIndex = 0;
    drawing.setAttribute("data-lm-suppress-shortcuts", "");
    place.append(bar, says, drawing);
    place.onkeydown = (e) => {
      const move = {ArrowLeft: back, ArrowRight: on, Home: () => go(scene, 0), End: () => go(scene, last())}[e.key];
      if (!move || e.ctrlKey || e.altKey || e.metaKey) return;
      e.preventDefault();
      e.stopPropagation();
      move();
    };
    const show = () => {
      for (const e of drawing.querySelectorAll("[data-from],[data-to]")) {
        const {from = 0, to = Infinity} = e.dataset;
        e.style.display = from <= step && step <= to ? "" : "none";
      }
      where.textContent = `${scenes[scene].name} · ${words.step} ${step + 1}/${last() + 1}`;
      says.textContent = scenes[scene].says[step];
      // Not disabled, which would take the focus from under the keys.
      const ends = {first: scene === 0 && step === 0, back: scene === 0 && step === 0, on: scene === scenes.length - 1 && step === last(), next: scene === scenes.length - 1 && step === last()};
      for (const [name, is] of Object.entries(ends)) {
        buttons[name].setAttribute("aria-disabled", is);
        buttons[name].style.opacity = is ? 0.5 : 1;
      }
    };
    const figure = {
      draw() {
        drawing.innerHTML = tools.paint(scenes[scene].svg);
        show();
      },
    };
    return figure;
  };
