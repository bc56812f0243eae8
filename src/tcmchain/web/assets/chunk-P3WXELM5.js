import{a}from"./chunk-BYCNS46O.js";import"./chunk-WOT6VMZA.js";async function o(){await a(),await import("./chunk-VEIVIVRC.js")}export{o as define};
