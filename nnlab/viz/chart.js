// Puts the interactive chart in the picture's place. ECharts is read once per page, in pieces:
// the page has other things to do between one and the next, and before each chart. Whatever
// fails, the picture stays.
(() => {
  const given = SETTING;
  const config = document.getElementById("jupyter-config-data");
  if (!config) return;
  const base = JSON.parse(config.textContent).baseUrl;
  const pause = (time = 0) => new Promise((done) => setTimeout(done, time));
  window.nnlabECharts ??= (async () => {
    for (const part of ["1", "2", "3"]) {
      await import(`${base}kernelspecs/nnlab/echarts/${part}.js`);
      await pause();
    }
    return import(`${base}kernelspecs/nnlab/echarts/echarts.js`);
  })();
  const show = async (echarts, tries) => {
    const place = document.getElementById(given.id);
    if (!place || !place.isConnected) {
      if (tries === 0) return;
      await pause(50);
      return show(echarts, tries - 1);
    }
    const live = place.lastElementChild;
    if (live.dataset.nnlab) return;
    live.dataset.nnlab = "begun";
    // Until it is drawn it has its size and is not seen, and the picture is.
    Object.assign(place.style, {display: "block", position: "absolute", visibility: "hidden", width: place.parentElement.clientWidth + "px"});
    const chart = echarts.init(live, null, {renderer: "svg"});
    const painted = () => {
      const dark = document.body.dataset.jpThemeLight === "false";
      place.style.background = dark ? given.dark[given.paper] : given.paper;
      place.style.color = dark ? given.dark[given.ink] : given.ink;
      return option(echarts, given, dark, live.clientWidth);
    };
    // What is drawn for the first time takes long: the axes alone, then all of it.
    const axes = painted();
    for (const later of ["series", "legend", "toolbox", "tooltip"]) delete axes[later];
    chart.setOption(axes);
    await pause();
    chart.setOption(painted(), true);
    // The arrow keys go from point to point and from panel to panel; + and − zoom, Escape ends it.
    const {series, xAxis} = given.option, firsts = xAxis.map((_, panel) => series.findIndex((s) => s.xAxisIndex === panel));
    const heard = document.createElement("div");
    let panel = 0, at = -1, part = 1;
    heard.setAttribute("role", "status"); // what the numbers beside the point are, read aloud
    heard.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
    live.before(heard);
    live.tabIndex = 0;
    live.setAttribute("role", "application");
    live.setAttribute("data-lm-suppress-shortcuts", "");
    const points = () => series[firsts[panel]].data;
    const point = () => {
      at = Math.max(0, Math.min(points().length - 1, at));
      chart.dispatchAction({type: "showTip", seriesIndex: firsts[panel], dataIndex: at});
      heard.textContent = live.children[1]?.innerText ?? "";
    };
    const zoom = (factor) => {
      const {min, max} = xAxis[panel], middle = points()[Math.max(0, at)].value[0];
      part = Math.min(1, part * factor);
      const wide = part * (max - min), from = Math.max(min, Math.min(max - wide, middle - wide / 2));
      chart.dispatchAction({type: "dataZoom", batch: xAxis.map((_, dataZoomIndex) => ({dataZoomIndex, startValue: from, endValue: from + wide}))});
    };
    const move = (points, panels) => () => {
      at += points;
      panel = (panel + panels + xAxis.length) % xAxis.length;
      point();
    };
    const acts = {
      ArrowLeft: move(-1, 0), ArrowRight: move(1, 0), ArrowUp: move(0, -1), ArrowDown: move(0, 1), "+": () => zoom(0.5), "-": () => zoom(2),
      Escape: () => { at = -1; part = 1; chart.dispatchAction({type: "hideTip"}); chart.dispatchAction({type: "restore"}); },
    };
    live.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey || !acts[e.key]) return;
      acts[e.key]();
      e.preventDefault();
      e.stopPropagation();
    });
    for (const property of ["position", "visibility", "width"]) place.style[property] = "";
    place.previousElementSibling.style.display = "none";
    live.dataset.nnlab = "live";
    new ResizeObserver(() => {
      chart.resize();
      if (!given.option.legend.some((l) => l.textStyle.overflow)) return;
      const {legend, grid} = painted();
      chart.setOption({legend, grid});
    }).observe(live);
    const theme = new MutationObserver(() => place.isConnected ? chart.setOption(painted(), true) : theme.disconnect());
    theme.observe(document.body, {attributeFilter: ["data-jp-theme-light"]});
  };
  (async () => {
    const echarts = await window.nnlabECharts;
    await pause();
    await show(echarts, 40);
  })().catch(() => {});

OPTION
})();
