// The patient's pages: keys and ciphers come only there.
if (document.querySelector('records-home, records-register, records-profile, records-add, records-file, records-export')) import('./elements.mjs');
