// ZXing as WebAssembly, from this node and nowhere else.
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import wasm from 'zxing-wasm/reader/zxing_reader.wasm';

prepareZXingModule({ overrides: { locateFile: () => new URL(wasm, import.meta.url).href } });

export { readBarcodes };
