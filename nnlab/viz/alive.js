// alive puts the picture, as elements of the page, in its own place, so that it can be
// pointed at; begin is given the SVG, and what it needs to speak. Whatever fails, the
// picture stays.
const alive = (begin) => {
  const words = given.words;
  const find = (tries) => {
    const place = document.getElementById(given.id);
    if (!place?.isConnected) {
      if (tries > 0) setTimeout(find, 50, tries - 1);
      return;
    }
    if (place.dataset.nnlab) return;
    const picture = place.previousElementSibling, source = picture.querySelector("img").src.split(",")[1];
    const text = new TextDecoder().decode(Uint8Array.from(atob(source), (c) => c.charCodeAt(0)));
    const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
    Object.assign(svg.style, {maxWidth: svg.getAttribute("width") > given.widest ? "none" : "100%", height: "auto", display: "block"});
    const bar = document.createElement("div"), status = document.createElement("div");
    bar.style.cssText = "display:flex;flex-wrap:wrap;gap:8px;align-items:center;padding:4px 8px;font:12px system-ui,sans-serif";
    status.setAttribute("role", "status"); // read aloud, not seen: the picture shows the same
    status.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
    const button = (label, act) => {
      const b = document.createElement("button");
      b.type = "button";
      b.textContent = label;
      b.className = "jp-Button jp-mod-styled";
      b.style.cssText = "font:12px system-ui,sans-serif;min-height:26px;padding:0 10px";
      b.setAttribute("data-lm-suppress-shortcuts", ""); // JupyterLab would take the keys for itself
      b.onclick = act;
      bar.append(b);
      return b;
    };
    // keys has the picture hear the arrow keys once it is reached by Tab.
    const keys = (acts) => {
      svg.setAttribute("tabindex", "0");
      svg.setAttribute("role", "application");
      svg.setAttribute("data-lm-suppress-shortcuts", "");
      svg.addEventListener("keydown", (e) => {
        const act = e.ctrlKey || e.metaKey || e.altKey ? undefined : acts[e.key];
        if (!act) return;
        act();
        e.preventDefault();
        e.stopPropagation();
      });
    };
    // at is where the mouse is, in the picture's own measure.
    const at = (e) => {
      const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return [p.x, p.y];
    };
    let last = 0;
    const say = (text) => { // after a pause, or who walks through cells would hear all of them
      clearTimeout(last);
      last = setTimeout(() => { status.textContent = text; }, 150);
    };
    begin({svg, words, button, keys, at, say, hint: (text = words.hint) => { const s = document.createElement("span"); s.textContent = text; bar.append(s); }});
    place.append(svg, bar, status);
    const style = svg.querySelector("style"), css = style.textContent;
    const paint = () => {
      const body = document.body, theme = body.dataset.jpThemeLight;
      const dark = theme === "false" || body.classList.contains("vscode-dark"), light = theme === "true" || body.classList.contains("vscode-light");
      style.textContent = dark ? css.replace("(prefers-color-scheme:dark)", "all") : light ? css.replace("(prefers-color-scheme:dark)", "not all") : css;
      bar.style.color = getComputedStyle(svg.querySelector("text")).fill;
      bar.style.background = getComputedStyle(svg.querySelector("rect")).fill;
      bar.style.maxWidth = svg.getAttribute("width") + "px";
      bar.style.boxSizing = "border-box";
    };
    place.dataset.nnlab = "live";
    place.style.display = "block";
    place.style.overflowX = "auto";
    picture.style.display = "none";
    paint();
    const watch = new MutationObserver(() => place.isConnected ? paint() : watch.disconnect());
    watch.observe(document.body, {attributeFilter: ["data-jp-theme-light", "class"]});
    if (!document.body.dataset.jpThemeLight) matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  };
  find(200);
};
