// Codes in a picture, by the browser's own reader where it has one, else by ZXing, which comes only then.
import { SYMBOLOGIES } from './meaning.mjs';

const NATIVE = { QRCode: 'qr_code', DataMatrix: 'data_matrix', Code128: 'code_128', EAN13: 'ean_13', EAN8: 'ean_8' };

/** A function that gives the first code in a frame as `{ text, format }`, `null` when there is none. */
export async function openReader() {
  return (await nativeReader()) ?? zxingReader();
}

async function nativeReader() {
  if (!('BarcodeDetector' in window)) return null;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!['qr_code', 'data_matrix', 'code_128'].every((format) => known.includes(format))) return null;
  const formats = Object.values(NATIVE).filter((format) => known.includes(format));
  const detector = new BarcodeDetector({ formats });
  return async (frame) => {
    const [found] = await detector.detect(frame);
    return found ? { text: found.rawValue, format: Object.keys(NATIVE).find((name) => NATIVE[name] === found.format) } : null;
  };
}

async function zxingReader() {
  const { readBarcodes } = await import('./zxing.mjs');
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  return async (frame) => {
    const width = frame.videoWidth || frame.naturalWidth || frame.width;
    const height = frame.videoHeight || frame.naturalHeight || frame.height;
    if (!width || !height) return null;
    // a photo of a phone has far more pixels than a code needs
    const share = Math.min(1, 1600 / Math.max(width, height));
    canvas.width = Math.round(width * share);
    canvas.height = Math.round(height * share);
    pen.drawImage(frame, 0, 0, canvas.width, canvas.height);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    const [found] = await readBarcodes(image, { formats: SYMBOLOGIES, tryHarder: true, maxNumberOfSymbols: 1 });
    return found?.isValid ? { text: found.text, format: found.format } : null;
  };
}
