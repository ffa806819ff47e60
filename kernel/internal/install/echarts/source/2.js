// ECharts itself.
import "./1.js";

export * from "echarts/core";
