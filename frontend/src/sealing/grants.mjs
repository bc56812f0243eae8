// A grant as the patient's device makes it: terms that only the parties know, a signature, and sealed fragments.
import { signDigest } from '../chain/accounts.mjs';
import { keccak, toBytes, toHex } from '../chain/bytes.mjs';
import { digest } from '../chain/typed.mjs';
import { concatBytes, utf8ToBytes } from './coding.mjs';
import { Reencryption } from './delegation.mjs';
import { passerHash, termsHash, writerHash } from './digest.mjs';

export const RIGHTS = Object.freeze({ read: 1, append: 2, passOn: 4 });

const ZERO = `0x${'00'.repeat(32)}`;
const FIELDS = [
  { name: 'patient', type: 'address' }, { name: 'terms', type: 'bytes32' }, { name: 'writer', type: 'bytes32' },
  { name: 'passer', type: 'bytes32' }, { name: 'until', type: 'uint64' },
];
const TYPES = {
  EIP712Domain: [
    { name: 'name', type: 'string' }, { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' }, { name: 'verifyingContract', type: 'address' },
  ],
  Grant: FIELDS,
};
const GRANT = keccak(utf8ToBytes(`Grant(${FIELDS.map(({ type, name }) => `${type} ${name}`).join(',')})`));
const word = (value) => toBytes(`0x${BigInt(value).toString(16).padStart(64, '0')}`);

/** The id that the contract gives a grant. */
export const grantId = (grant) => toHex(keccak(concatBytes(GRANT, ...FIELDS.map(({ name }) => word(grant[name])))));

/**
 * What a grant of one category says: `{grant, opening, id}`. `reader` is `{account, reading}`, `member` the member
 * (bytes32) that may append; `salt` is fresh unless given.
 */
export function writeGrant({ patient, label, reader, rights, purpose, until, member, salt }) {
  const secret = salt ?? toHex(crypto.getRandomValues(new Uint8Array(32)));
  const opening = { salt: secret, grantee: reader.account, readingKey: toHex(reader.reading), label, rights, purpose, until };
  const grant = {
    patient,
    terms: termsHash({ ...opening, readingKey: reader.reading }),
    writer: rights & RIGHTS.append ? writerHash(secret, member) : ZERO,
    passer: rights & RIGHTS.passOn ? passerHash(secret, reader.account) : ZERO,
    until,
  };
  return { grant, opening, id: grantId(grant) };
}

/** The patient's (or a proxy's) signature under a grant, for one contract on one chain. */
export const signGrant = (key, grant, { chainId, contract }) => signDigest(key, digest({
  types: TYPES,
  primaryType: 'Grant',
  domain: { name: 'TCM Chain Consent', version: '1', chainId, verifyingContract: contract },
  message: grant,
}));

/**
 * All of it at once: the signed grant, its opening, and the bodies that go to the three custodians, for each epoch.
 * `relation` is the patient's; `custodians` are `{account, inbox}`; `epochs` the epochs of the category so far.
 */
export async function makeGrant({ relation, category, epochs, reader, custodians, rights, purpose, until, member, consent }) {
  const terms = { patient: relation.account, label: relation.label(category), reader, rights, purpose, until, member };
  const made = writeGrant(terms);
  const signature = signGrant(relation.accountKey, made.grant, consent);
  const delegation = new Reencryption({ signing: relation.fragmentSecret, custodians });
  const handed = [];
  for (const epoch of epochs) {
    const sealed = await delegation.delegate(relation.categorySecret(category, epoch), reader);
    handed.push(...sealed.map((one) => ({ ...one, epoch })));
  }
  return { ...made, signature, verifying: delegation.verifying, handed };
}
