//# allFunctionsCalledOnLoad
import{a as r,b as t,c as n,d as p,e}from"./chunk-M4X3FLIC.js";import{Nb as m,Sb as f,Ua as i}from"./chunk-NAMRORJM.js";import{qb as o}from"./chunk-KDOO62CL.js";m([o,...e,p,n,r,t]);export{f as format,i as init};
