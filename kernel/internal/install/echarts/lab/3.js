//# allFunctionsCalledOnLoad
import{e as a}from"./chunk-M4X3FLIC.js";import"./chunk-NAMRORJM.js";import"./chunk-KDOO62CL.js";export{a as parts};
