import{a,b,c}from"./chunk-EDO4H4QX.js";import"./chunk-7J52SQHX.js";import"./chunk-WOT6VMZA.js";export{c as commitment,a as freshCode,b as visitCode};
