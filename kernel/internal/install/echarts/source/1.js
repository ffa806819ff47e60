// What draws: zrender, and its pictures made of SVG.
import * as zrender from "zrender/lib/export.js";
import {SVGRenderer} from "echarts/renderers";

export {zrender, SVGRenderer};
