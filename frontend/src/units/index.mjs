// The page of a unit: its elements come when there is one.
if (document.querySelector('unit-open, unit-look, unit-scan')) import('./elements.mjs');
