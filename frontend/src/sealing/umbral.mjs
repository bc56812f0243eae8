// Umbral as WebAssembly, from this node and nowhere else; fetched when first needed.
import * as umbral from '@nucypher/umbral-pre/pkg-bundler/umbral_pre_wasm_bg.js';
import wasm from '@nucypher/umbral-pre/pkg-bundler/umbral_pre_wasm_bg.wasm';

let loading;

async function load() {
  const imports = { './umbral_pre_wasm_bg.js': umbral };
  const { instance } = await WebAssembly.instantiateStreaming(fetch(new URL(wasm, import.meta.url)), imports);
  umbral.__wbg_set_wasm(instance.exports);
  return umbral;
}

/** The library, once it is there. */
export function ready() {
  loading ??= load().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}
