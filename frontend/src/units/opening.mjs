// What a unit's key signs, as the contract Units reads it.
import { signDigest } from '../chain/accounts.mjs';
import { digest } from '../chain/typed.mjs';
import { keyOf, serialNumber } from './codes.mjs';

const PURPOSES = ['take', 'gift', 'check'];
const TYPES = {
  EIP712Domain: [{ name: 'name', type: 'string' }, { name: 'version', type: 'string' }, { name: 'salt', type: 'bytes32' }],
  Opening: [
    { name: 'lot', type: 'bytes32' }, { name: 'serial', type: 'uint64' }, { name: 'purpose', type: 'uint8' },
    { name: 'happened', type: 'uint64' }, { name: 'place', type: 'uint32' },
  ],
};

/** The body that the node's door takes; the hidden code is not in it. */
export function signedOpening(unit, hidden, { purpose, place, happened }) {
  const message = {
    lot: unit.lot, serial: serialNumber(unit.serial), purpose: PURPOSES.indexOf(purpose), happened, place: Number(place || 0),
  };
  const domain = { name: 'TCM Chain', version: '1', salt: unit.consortium };
  const key = keyOf(hidden, unit);
  const signature = signDigest(key, digest({ types: TYPES, primaryType: 'Opening', domain, message }));
  key.fill(0);
  return { lot: unit.lot, serial: unit.serial, purpose, happened, place, signature };
}
