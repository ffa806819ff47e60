// The other half, and what chart.js and option.js call.
import {use} from "./2.js";
import {SVGRenderer} from "./1.js";
import {parts} from "./3.js";
import {DataZoomComponent, MarkLineComponent, ToolboxComponent, TooltipComponent} from "echarts/components";

use([SVGRenderer, ...parts, DataZoomComponent, MarkLineComponent, ToolboxComponent, TooltipComponent]);
export {init, format} from "./2.js";
