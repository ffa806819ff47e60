// The window moves by the mouse over a cell, by the arrow keys, and by buttons; each place
// has its outlines and its formula in given.steps, as in the picture.
({given, words, svg, still, button, driven, spoken, hint}) => {
  const {steps, columns, inputs} = given, now = svg.querySelector(".now");
  const stroke = now.querySelector("rect").getAttribute("stroke");
  const outline = ([x, y, wide, high]) => `<rect x="${x}" y="${y}" width="${wide}" height="${high}" fill="none" stroke="${stroke}" stroke-width="3"/>`;
  const say = spoken();
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
  button("◀ " + words.back, () => move(step - 1), words.back);
  button(words.on + " ▶", () => move(step + 1), words.on);
  const play = still ? undefined : button(words.play, () => {
    if (clock) return stop();
    play.textContent = words.pause;
    clock = setInterval(() => svg.isConnected ? show(step + 1) : stop(), 900);
  });
  hint();
  driven({
    ArrowLeft: () => move(step - 1), ArrowRight: () => move(step + 1),
    ArrowUp: () => move(step - columns), ArrowDown: () => move(step + columns), Home: () => move(row()), End: () => move(row() + columns - 1),
  }, (x, y) => {
    const over = ([left, top, wide, high]) => left <= x && x < left + wide && top <= y && y < top + high;
    const far = ([left, top, wide, high]) => Math.hypot(left + wide / 2 - x, top + high / 2 - y);
    let n = steps.findIndex((s) => s.outs.some(over));
    inputs.forEach((input, c) => {
      if (n >= 0 || !over(input)) return;
      // Of the windows the one whose middle is nearest.
      steps.forEach((s, i) => { if (n < 0 || far(s.windows[c]) < far(steps[n].windows[c])) n = i; });
    });
    if (n >= 0 && n !== step) move(n);
  });
}
