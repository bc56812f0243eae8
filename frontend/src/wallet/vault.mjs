// The words, sealed with a passphrase on this device; open only in this tab and for a limited time.
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync, validateMnemonic, generateMnemonic } from '@scure/bip39';
import { wordlist as english } from '@scure/bip39/wordlists/english.js';
import { wordlist as chinese } from '@scure/bip39/wordlists/simplified-chinese.js';
import { addressOf } from '../chain/accounts.mjs';

const KEPT = 'tcmchain-vault';
const OPEN = 'tcmchain-open';
/** Second keys that were brought to this tab go when it is locked. */
export const SECOND = 'tcmchain-second';
const ROUNDS = 600_000;
const MINUTES = 30;
const LISTS = { zh: chinese, en: english };
const PATH = "m/44'/60'/0'/0/";

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const unbase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Whether the browser lets a wallet work here: https or localhost only. */
export const possible = () => Boolean(globalThis.crypto?.subtle) && Boolean(globalThis.indexedDB);
export const exists = () => Boolean(localStorage.getItem(KEPT));
export const kept = () => JSON.parse(localStorage.getItem(KEPT));

/** Twelve fresh words. */
export const fresh = (language) => generateMnemonic(LISTS[language], 128);

/** Words as the standard spells them; `null` when they are none. */
export function plain(words) {
  const text = words.normalize('NFKD').trim().toLowerCase();
  const spaced = /^[\u4e00-\u9fff\s]+$/.test(text) ? [...text.replace(/\s+/g, '')].join(' ') : text.replace(/\s+/g, ' ');
  return Object.values(LISTS).some((list) => validateMnemonic(spaced, list)) ? spaced : null;
}

async function sealingKey(passphrase, salt) {
  const raw = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase.normalize('NFKC')), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }, raw, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function seal(key, text) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text));
  return { iv: base64(iv), data: base64(data) };
}

async function unseal(key, { iv, data }) {
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: unbase64(iv) }, key, unbase64(data)));
}

/** Keep words under a passphrase, and open them. */
export async function create(words, passphrase, account = 0) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const sealed = await seal(await sealingKey(passphrase, salt), words);
  const address = addressOf(derive(words, account));
  localStorage.setItem(KEPT, JSON.stringify({ version: 1, salt: base64(salt), rounds: ROUNDS, ...sealed, account, address }));
  await open(words);
  return address;
}

/** Open with the passphrase; throws when it is wrong. */
export async function unlock(passphrase) {
  const vault = kept();
  await open(await unseal(await sealingKey(passphrase, unbase64(vault.salt)), vault));
}

/** Take in a backup file's text; throws when it is none. */
export function restore(text) {
  const vault = JSON.parse(text);
  if (vault.version !== 1 || !vault.salt || !vault.iv || !vault.data || !vault.address) throw new Error('no backup');
  localStorage.setItem(KEPT, JSON.stringify(vault));
}

export const backup = () => localStorage.getItem(KEPT);

/** Act with another account of the same words. */
export async function choose(account) {
  const words = await opened();
  const vault = { ...kept(), account, address: addressOf(derive(words, account)) };
  localStorage.setItem(KEPT, JSON.stringify(vault));
  return vault.address;
}

export function forget() {
  lock();
  localStorage.removeItem(KEPT);
}

// The tab keeps the words under a key that scripts can use but not read.
function store() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('tcmchain', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('keys');
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function tabKey(make) {
  const base = await store();
  const act = (mode, work) => new Promise((resolve, reject) => {
    const asked = work(base.transaction('keys', mode).objectStore('keys'));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  if (!make) return act('readonly', (keys) => keys.get('tab'));
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await act('readwrite', (keys) => keys.put(key, 'tab'));
  return key;
}

async function open(words) {
  const sealed = await seal(await tabKey(true), words);
  sessionStorage.setItem(OPEN, JSON.stringify({ ...sealed, until: Date.now() + MINUTES * 60_000 }));
}

export function lock() {
  sessionStorage.removeItem(OPEN);
  sessionStorage.removeItem(SECOND);
}

/** Whether the words are open in this tab. */
export function isOpen() {
  const found = JSON.parse(sessionStorage.getItem(OPEN) ?? 'null');
  if (!found || found.until < Date.now()) {
    lock();
    return false;
  }
  return true;
}

async function opened() {
  if (!isOpen()) throw new Error('locked');
  const found = JSON.parse(sessionStorage.getItem(OPEN));
  const words = await unseal(await tabKey(false), found);
  sessionStorage.setItem(OPEN, JSON.stringify({ ...found, until: Date.now() + MINUTES * 60_000 }));
  return words;
}

const derive = (words, account) => HDKey.fromMasterSeed(mnemonicToSeedSync(words)).derive(`${PATH}${account}`).privateKey;

/** The acting account's private key (32 bytes); throws when locked. */
export async function key() {
  return derive(await opened(), kept().account);
}

/** The seed (BIP-39, 64 bytes) from which every key of this vault comes; throws when locked. */
export async function seed() {
  return mnemonicToSeedSync(await opened());
}

/** The words themselves, for sharing them out among guardians; throws when locked. */
export const words = () => opened();
