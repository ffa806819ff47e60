//# allFunctionsCalledOnLoad
import{bb as a,qb as b}from"./chunk-KDOO62CL.js";export{b as SVGRenderer,a as zrender};
