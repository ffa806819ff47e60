// The first half of what viz asks ECharts for (interactive.go).
import "./2.js";
import {LineChart, CustomChart} from "echarts/charts";
import {GridComponent, TitleComponent, LegendComponent} from "echarts/components";

export const parts = [LineChart, CustomChart, GridComponent, TitleComponent, LegendComponent];
