// The window moves by the mouse over a cell, by the arrow keys, and by buttons; each place
// has its outlines and its formula in given.data.steps, as in the picture.
alive(({svg, button, keys, at, say, hint, words}) => {
  const {steps, columns} = given.data, now = svg.querySelector(".now");
  const stroke = now.querySelector("rect").getAttribute("stroke");
  const outline = ([x, y, wide, high]) => `<rect x="${x}" y="${y}" width="${wide}" height="${high}" fill="none" stroke="${stroke}" stroke-width="3"/>`;
  let step = 0, clock = 0;
  const show = (n) => {
    step = (n + steps.length) % steps.length;
    const {windows, outs, drawn} = steps[step];
    now.innerHTML = [...windows, ...outs].map(outline).join("") + drawn;
    say([...now.querySelectorAll("text")].map((t) => t.textContent).join("; ").replace(":; ", ": "));
  };
  const stop = () => { clearInterval(clock); clock = 0; if (play) play.textContent = words.play; };
  const move = (n) => { stop(); show(n); };
  const row = () => step - step % columns;
  keys({
    ArrowLeft: () => move(step - 1), ArrowRight: () => move(step + 1),
    ArrowUp: () => move(step - columns), ArrowDown: () => move(step + columns), Home: () => move(row()), End: () => move(row() + columns - 1),
  });
  button(words.back, () => move(step - 1));
  button(words.next, () => move(step + 1));
  // Who does not want to see things move steps by hand.
  const play = matchMedia("(prefers-reduced-motion: reduce)").matches ? undefined : button(words.play, () => {
    if (clock) return stop();
    play.textContent = words.pause;
    clock = setInterval(() => svg.isConnected ? show(step + 1) : stop(), 900);
  });
  hint();
  const point = (e) => {
    const [x, y] = at(e);
    const over = ([left, top, wide, high]) => left <= x && x < left + wide && top <= y && y < top + high;
    const far = ([left, top, wide, high]) => Math.hypot(left + wide / 2 - x, top + high / 2 - y);
    let n = steps.findIndex((s) => s.outs.some(over));
    for (const input of given.data.inputs) {
      if (n >= 0 || !over(input)) continue;
      // Of the windows the one whose middle is nearest.
      const c = given.data.inputs.indexOf(input);
      steps.forEach((s, i) => { if (n < 0 || far(s.windows[c]) < far(steps[n].windows[c])) n = i; });
    }
    if (n >= 0 && n !== step) move(n);
  };
  svg.addEventListener("pointermove", point);
  svg.addEventListener("pointerdown", point);
});
