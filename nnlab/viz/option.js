// option is what ECharts is told: the colours of the theme, and numbers written as in the
// picture, with at most four digits that count. Where the chart has less than its own width,
// the names in its legends have what there is, and the rows that they then need besides are
// taken from the axes.
function option(echarts, given, dark, wide = Infinity) {
  const {comma, x, x_ticks: across, ticks} = given.option.nnlab, escape = echarts.format.encodeHTML;
  const {written, raised, grouped} = numbers(comma);
  const number = (v) => {
    if (v === 0) return "0";
    const [digits, power] = v.toExponential(3).split("e");
    if (power < -3 || power > 5) return written(String(Number(digits))) + "·10" + raised(Number(power));
    return written(grouped(String(Number(v.toPrecision(4)))));
  };
  // A tick as ticks.go writes it: all of an axis as parts of one power of ten, where it has one.
  const tick = (v, {step, power}, unit = "") => {
    if (Math.abs(v) < step / 2) return "0" + unit;
    const digits = Math.min(15, Math.max(0, Math.ceil(power - Math.log10(step) - 1e-9)));
    const text = String(Number((v / 10 ** power).toFixed(digits)));
    if (power === 0) return written(grouped(text)) + unit;
    return (Math.abs(text) === 1 ? text.slice(0, -1).replace("-", "−") : written(text) + "·") + "10" + raised(power) + unit;
  };
  const write = {
    number,
    whole: (v) => Number.isInteger(v) ? grouped(String(v)) : "",
    across: (v) => { // a zoom has ticks of its own, which are nearer to each other
      const near = Number((v / 10 ** across.power).toPrecision(10));
      return tick(v, {power: across.power, step: Math.abs(v) < 1e-6 * across.step ? across.step : 10 ** (across.power - (String(near).split(".")[1] ?? "").length)});
    },
    percent: (v) => number(v) + "\u00a0%",
    power: (v) => "10" + raised(Math.round(Math.log10(v))),
  };
  const painted = (v) => {
    if (typeof v === "string") return dark ? given.dark[v] ?? v : v;
    if (Array.isArray(v)) return v.map(painted);
    if (v && typeof v === "object") return Object.fromEntries(Object.entries(v).map(([k, w]) => [k, painted(w)]));
    return v;
  };
  const o = painted(given.option), paint = (colour) => painted(colour);
  const format = o.yAxis.map((a) => a.axisLabel.formatter);
  for (const a of [...o.xAxis, ...o.yAxis]) {
    a.axisLabel.formatter = write[a.axisLabel.formatter];
    a.nameTextStyle = {color: paint(given.muted), fontSize: 12};
    a.axisTick = {show: o.xAxis.includes(a), lineStyle: {color: paint(given.rule)}};
  }
  o.yAxis.forEach((a, i) => {
    if (format[i] === "power") return;
    a.interval = ticks[i].step;
    a.axisLabel.formatter = (v) => tick(v, ticks[i], format[i] === "percent" ? "\u00a0%" : "");
  });
  const short = (name) => o.yAxis.length > 1 ? name.slice(name.indexOf(" · ") + 3) : name;
  for (const l of o.legend) Object.assign(l, {formatter: short, itemWidth: 22, itemHeight: 8, itemStyle: {opacity: 0}, pageIconColor: paint(given.ink), pageTextStyle: {color: paint(given.ink)}});
  o.legend.forEach((l, i) => {
    if (!l.textStyle.overflow) return;
    const room = parseFloat(l.width) / 100 * wide, row = 18, grid = o.grid[i];
    let rows = 0, left = 0;
    for (const name of l.data) {
      const need = Math.min(room, echarts.format.getTextRect(short(name), `12px ${l.textStyle.fontFamily}`).width + 40);
      if (need > left) [rows, left] = [rows + 1, room];
      left -= need;
    }
    l.textStyle.width = Math.min(l.textStyle.width, room - 44);
    const more = l.type === "scroll" ? 0 : Math.max(0, Math.min(grid.height - 3 * row, l.top + rows * row + 12 - grid.top));
    grid.top += more;
    grid.height -= more;
  });
  o.toolbox.right = 4;
  o.toolbox.itemSize = 13;
  o.toolbox.iconStyle = {borderColor: paint(given.muted)};
  o.toolbox.emphasis = {iconStyle: {textFill: paint(given.ink), textBackgroundColor: paint(given.paper), textPosition: "left"}};
  o.tooltip.confine = true;
  o.tooltip.textStyle = {color: paint(given.ink), fontSize: 12};
  o.tooltip.formatter = (lines) => escape(x) + " " + number(lines[0].axisValue) + lines.map((l) => {
    const v = l.value[1], axis = format[o.series[l.seriesIndex].yAxisIndex ?? 0];
    return v == null ? "" : "<br>" + l.marker + escape(l.seriesName) + ": <b>" + (axis === "percent" ? write.percent : number)(v) + "</b>";
  }).join("");
  // The gap between two losses: a surface whose outline goes along one of them and back along the other.
  for (const s of o.series) if (s.type === "custom") {
    const {points, shade, name, room} = s.nnlab, fill = s.itemStyle.color;
    delete s.nnlab;
    s.renderItem = (_, api) => {
      const outline = points.map((p) => api.coord(p)), [x, high] = outline[points.length / 2 - 1], low = outline[points.length / 2][1];
      const surface = {type: "polygon", shape: {points: outline}, style: {fill, opacity: shade}};
      const text = {type: "text", x: x - 6, y: (low + high) / 2, style: {text: name, align: "right", verticalAlign: "middle", fill: paint(given.ink), stroke: paint(given.paper), lineWidth: 4, font: `600 12px ${o.textStyle.fontFamily}`}};
      return {type: "group", children: low - high > room ? [surface, text] : [surface]};
    };
  }
  o.animation = false;
  delete o.nnlab;
  return o;
}
