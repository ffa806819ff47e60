// Puts a figure that answers clicks and keys in its picture's place. It needs no server and
// no library: all that it shows lies in the page. Whatever fails, the picture stays.
(async () => {
  const packed = Uint8Array.from(atob("SETTING"), (c) => c.charCodeAt(0));
  const set = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  const find = (tries) => {
    const place = document.getElementById(set.id);
    if (!place || !place.isConnected) {
      if (tries > 0) setTimeout(find, 50, tries - 1);
      return;
    }
    if (place.dataset.nnlab) return;
    place.dataset.nnlab = "live";
    const dark = () => {
      const {jpThemeLight} = document.body.dataset, {classList} = document.body;
      if (jpThemeLight) return jpThemeLight === "false";
      if (classList.contains("vscode-light")) return false;
      return classList.contains("vscode-dark") || matchMedia("(prefers-color-scheme: dark)").matches;
    };
    const colour = (c) => dark() ? set.dark[c] ?? c : c;
    const tools = {
      colour,
      // paint is a drawing in the colours of the theme.
      paint: (svg) => svg.replace(/"(#[0-9a-f]{6})"/g, (_, c) => `"${colour(c)}"`),
      button(label, name, press) {
        const b = document.createElement("button");
        b.type = "button";
        b.textContent = label;
        if (name !== label) b.setAttribute("aria-label", b.title = name);
        b.setAttribute("data-lm-suppress-shortcuts", ""); // JupyterLab would take the keys for itself
        b.style.cssText = "font:inherit;min-height:28px;min-width:32px;padding:3px 10px;margin:0 6px 6px 0;border-radius:4px;cursor:pointer";
        b.onclick = press;
        return b;
      },
    };
    const figure = make(place, set, tools);
    const draw = () => {
      Object.assign(place.style, {background: colour(set.paper), color: colour(set.ink), display: "block"});
      for (const b of place.querySelectorAll("button")) Object.assign(b.style, {background: colour(set.paper), color: colour(set.ink), border: "1px solid " + colour(set.rule)});
      figure.draw();
    };
    draw();
    place.previousElementSibling.style.display = "none";
    const theme = new MutationObserver(() => place.isConnected ? draw() : theme.disconnect());
    theme.observe(document.body, {attributeFilter: ["data-jp-theme-light", "class"]});
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  };

FIGURE
  find(40);
})().catch(() => {});
