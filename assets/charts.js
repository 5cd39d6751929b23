// Draws every chart of a page from the figures beside it, in the colours of the theme in force.
(function () {
  var drawn = [];
  function token(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function colours() {
    return {
      main: token("--brand"), second: token("--data"), good: token("--seated"), held: token("--held"), waits: token("--waits"), bad: token("--now"),
      ink: token("--ink"), third: token("--third"), line: token("--line"), surface: token("--raised")
    };
  }
  function thousands(number) { return number.toLocaleString("en-US"); }
  function axis(data, value) {
    if (data.unit !== "yuan") return thousands(value);
    if (data.tenThousands) return value >= 10000 ? thousands(value / 10000) + " 万" : thousands(value);
    return value >= 1000 ? thousands(value / 1000) + "k" : thousands(value);
  }
  // Exact as written: the text of the figure with separators, never a number turned into text.
  function exact(data, text) {
    if (text === null || text === undefined) return "—";
    var parts = String(text).replace("-", "").split(".");
    var whole = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    var sign = String(text).charAt(0) === "-" ? "\u2212" : "";
    return sign + (data.unit === "yuan" ? "¥" : "") + whole + (data.unit === "yuan" ? "." + ((parts[1] || "") + "00").slice(0, 2) : "");
  }
  // A round end of the axis that leaves the target's line in sight, as far apart as the axis' own ticks.
  function end(value) {
    var unit = Math.pow(10, Math.floor(Math.log10(value / 5))), part = value / 5 / unit;
    var step = (part < 1.5 ? 1 : part < 2.5 ? 2 : part < 4 ? 3 : part < 7 ? 5 : 10) * unit;
    return Math.ceil(value / step) * step;
  }
  function option(data) {
    var c = colours();
    var text = { color: c.third, fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily };
    var labels = { type: "category", data: data.labels, inverse: data.horizontal, axisTick: { show: false }, axisLine: { lineStyle: { color: c.line } }, axisLabel: Object.assign({ hideOverlap: true, interval: data.labels.length > 12 ? "auto" : 0, lineHeight: 15 }, text) };
    var amounts = { type: "value", min: function (range) { return Math.min(0, range.min); }, splitLine: { lineStyle: { color: c.line } }, axisLabel: Object.assign({ formatter: function (value) { return axis(data, value); } }, text), minInterval: data.unit === "count" ? 1 : 0 };
    if (data.target !== null) amounts.max = function (range) { return end(Math.max(range.max, Number(data.target) * 1.05)); };
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 200,
      grid: { left: 4, right: 16, top: data.series.length > 1 ? 36 : 16, bottom: 4, containLabel: true },
      legend: data.series.length > 1 ? { top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: text } : undefined,
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, backgroundColor: c.surface, borderColor: c.line,
        textStyle: { color: c.ink, fontSize: 13, fontFamily: text.fontFamily }, axisPointer: { type: "shadow", shadowStyle: { opacity: 0.1 } },
        formatter: function (points) {
          var lines = points.map(function (point) {
            return point.seriesName + "  " + exact(data, data.series[point.seriesIndex].figures[point.dataIndex]);
          });
          return [points[0].name].concat(lines).join("\n");
        }
      },
      xAxis: data.horizontal ? amounts : labels,
      yAxis: data.horizontal ? labels : amounts,
      series: data.series.map(function (one, place) {
        var colour = c[one.look] || c.main;
        var series = {
          name: one.name, type: one.kind, stack: data.stacked && one.kind === "bar" ? "all" : undefined,
          data: one.figures.map(function (text) { return text === null ? null : Number(text); }),
          itemStyle: { color: colour, borderRadius: one.kind === "bar" && !data.stacked ? 3 : 0 }, barMaxWidth: 28,
          lineStyle: { color: colour, width: place === 0 ? 3 : 2, type: one.dashed ? "dotted" : "solid" }, showSymbol: false, emphasis: { disabled: true }
        };
        if (place === 0 && data.target !== null) series.markLine = {
          silent: true, symbol: "none", lineStyle: { color: c.ink, type: "dashed", width: 1 },
          label: { formatter: data.targetName, color: c.ink, fontSize: 12, fontFamily: text.fontFamily, position: data.horizontal ? "end" : "insideStartTop" },
          data: [data.horizontal ? { xAxis: Number(data.target) } : { yAxis: Number(data.target) }]
        };
        return series;
      })
    };
  }
  function draw() {
    drawn.forEach(function (one) { one.chart.setOption(option(one.data), true); });
  }
  document.querySelectorAll("[data-chart]").forEach(function (place) {
    var data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    place.hidden = false;
    if (data.horizontal) place.dataset.rows = String(Math.min(Math.ceil(data.labels.length / 5), 8));
    var chart = echarts.init(place, null, { renderer: "svg" });
    drawn.push({ chart: chart, data: data });
    new ResizeObserver(function () { chart.resize(); }).observe(place);
  });
  draw();
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
})();
