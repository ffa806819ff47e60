// Puts the interactive chart in the picture's place. While ECharts loads, once per page,
// AMD's define is hidden, or the library would register with require.js instead of
// becoming a global. Whatever fails, the picture stays.
(() => {
  const given = SETTING;
  const config = document.getElementById("jupyter-config-data");
  if (!config) return;
  const base = JSON.parse(config.textContent).baseUrl;
  window.nnlabECharts ??= new Promise((done, failed) => {
    const define = window.define;
    window.define = undefined;
    const script = document.createElement("script");
    script.src = base + "kernelspecs/nnlab/echarts.min.js";
    script.onload = () => { window.define = define; done(window.echarts); };
    script.onerror = (e) => { window.define = define; failed(e); };
    document.head.append(script);
  });
  const show = (echarts, tries) => {
    const place = document.getElementById(given.id);
    if (!place || !place.isConnected) {
      if (tries > 0) setTimeout(show, 50, echarts, tries - 1);
      return;
    }
    const live = place.lastElementChild;
    if (live.dataset.nnlab) return;
    live.dataset.nnlab = "live";
    place.style.display = "block";
    const chart = echarts.init(live, null, {renderer: "svg"});
    const draw = () => {
      const dark = document.body.dataset.jpThemeLight === "false";
      place.style.background = dark ? given.dark[given.paper] : given.paper;
      place.style.color = dark ? given.dark[given.ink] : given.ink;
      chart.setOption(option(echarts, given, dark), true);
    };
    draw();
    place.previousElementSibling.style.display = "none";
    new ResizeObserver(() => chart.resize()).observe(live);
    const theme = new MutationObserver(() => place.isConnected ? draw() : theme.disconnect());
    theme.observe(document.body, {attributeFilter: ["data-jp-theme-light"]});
  };
  window.nnlabECharts.then((echarts) => show(echarts, 40)).catch(() => {});

OPTION
})();
