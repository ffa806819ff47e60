// Puts a figure that its reader moves in its picture's place. All that it needs lies in the
// page: no kernel, no server and no library is asked. Whatever fails, the picture stays.
(async () => {
  const packed = Uint8Array.from(atob("GIVEN"), (c) => c.charCodeAt(0));
  const given = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  const parse = (text) => document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  const html = (name, style = "") => {
    const e = document.createElement(name);
    e.style.cssText = style;
    return e;
  };
  const shape = (name, attributes, text = "") => {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    e.textContent = text;
    return e;
  };
  // keys has an element hear keys; an act that returns false leaves its key to others.
  const keys = (where, acts) => where.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || !acts[e.key] || acts[e.key](e) === false) return;
    e.preventDefault();
    e.stopPropagation();
  });
  const begin = KIND;

  const find = (tries) => {
    // A notebook in two views has the place twice.
    const place = [...document.querySelectorAll(`[id="${given.id}"]`)].find((p) => !p.dataset.nnlab);
    if (!place) {
      if (tries > 0) setTimeout(find, 50, tries - 1);
      return;
    }
    const picture = place.previousElementSibling, source = picture.querySelector("img").src.split(",")[1];
    const svg = parse(new TextDecoder().decode(Uint8Array.from(atob(source), (c) => c.charCodeAt(0))));
    const style = svg.querySelector("style"), css = style.textContent;
    const bar = html("div", "display:flex;flex-wrap:wrap;gap:8px;align-items:center;padding:6px 8px");
    style.remove(); // with it would go the drawing's colours when another takes its place
    place.replaceChildren(style, svg, bar);
    // JupyterLab leaves an element that is focused its keys where it says so itself; some of its shortcuts would not hear what stands around it.
    place.addEventListener("focusin", (e) => e.target.setAttribute("data-lm-suppress-shortcuts", ""));
    // resize gives the drawing another size; letters may not shrink where it is wide.
    const resize = (wide, high) => {
      for (const e of [svg, svg.querySelector("rect")]) {
        e.setAttribute("width", wide);
        e.setAttribute("height", high);
      }
      svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
      Object.assign(svg.style, {maxWidth: wide > given.widest ? "none" : "100%", minWidth: given.narrowest * Math.min(wide, given.widest) + "px", height: "auto", display: "block"});
      place.style.maxWidth = wide + "px";
    };
    resize(svg.getAttribute("width"), svg.getAttribute("height"));
    // A status is read aloud when it changes.
    const status = (style) => {
      const e = html("div", style);
      e.setAttribute("role", "status");
      place.append(e);
      return e;
    };
    begin({
      given, words: given.common, place, svg, bar, parse, html, shape, keys, resize, status,
      still: matchMedia("(prefers-reduced-motion: reduce)").matches, // by itself nothing moves then
      redraw(text) {
        const other = parse(text);
        svg.replaceChildren(...other.childNodes);
        resize(other.getAttribute("width"), other.getAttribute("height"));
      },
      button(label, act, name = label) {
        const b = html("button", "font:inherit;color:inherit;background:inherit;border:1px solid;border-radius:4px;min-height:28px;min-width:32px;padding:3px 10px;cursor:pointer");
        b.type = "button";
        b.textContent = label;
        if (name !== label) b.ariaLabel = b.title = name;
        b.onclick = act;
        bar.append(b);
        return b;
      },
      // end says that a button leads nowhere now: not disabled, which would take the focus from under the keys.
      end(button, is) {
        button.setAttribute("aria-disabled", is);
        button.style.opacity = is ? 0.5 : 1;
      },
      hint(text = given.common.hint) {
        const s = html("span");
        s.textContent = text;
        bar.append(s);
      },
      // target lays a button over a box [x, y, width, height] of the drawing.
      target([x, y, width, height], name, act) {
        const t = shape("rect", {x, y, width, height, rx: 4, fill: "none", "pointer-events": "all", tabindex: 0, role: "button", "aria-label": name});
        t.style.cursor = "pointer";
        t.addEventListener("click", act);
        keys(t, {Enter: act, " ": act});
        svg.setAttribute("role", "group"); // no picture any more: it has buttons
        svg.append(t);
        return t;
      },
      // driven has the whole drawing hear keys once it is reached by Tab, and tells where the
      // mouse points at, in the drawing's own measure.
      driven(acts, point) {
        svg.setAttribute("tabindex", "0");
        svg.setAttribute("role", "application");
        keys(svg, acts);
        const at = (e) => {
          const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
          point(p.x, p.y);
        };
        svg.addEventListener("pointermove", at);
        svg.addEventListener("pointerdown", at);
      },
      // spoken is a status of what is seen in the drawing; it speaks after a pause, or who walks through cells would hear all of them.
      spoken() {
        const heard = status("position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap");
        let last = 0;
        return (text) => {
          clearTimeout(last);
          last = setTimeout(() => { heard.textContent = text; }, 150);
        };
      },
    });
    if (!bar.firstChild) bar.remove();
    const paint = () => {
      const {jpThemeLight} = document.body.dataset, {classList} = document.body;
      const dark = jpThemeLight === "false" || classList.contains("vscode-dark"), light = jpThemeLight === "true" || classList.contains("vscode-light");
      style.textContent = dark || light ? css.replace("(prefers-color-scheme:dark)", dark ? "all" : "not all") : css;
      place.style.color = getComputedStyle(svg).fill;
      place.style.background = getComputedStyle(svg.querySelector("rect")).fill;
    };
    place.dataset.nnlab = "live";
    place.style.display = "block";
    picture.style.display = "none";
    paint();
    const watch = new MutationObserver(() => place.isConnected ? paint() : watch.disconnect());
    watch.observe(document.body, {attributeFilter: ["data-jp-theme-light", "class"]});
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  };
  find(200);

NUMBERS
})().catch(() => {});
