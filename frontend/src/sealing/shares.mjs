// A secret in parts of which some are needed: Shamir's scheme over GF(256), as src/tcmchain/crypto/shares.py.
import { combine as join, split as part } from 'shamir-secret-sharing';
import { orRefuse } from './errors.mjs';

/** `total` shares of which any `needed` (at least two) give the secret. */
export const split = (secret, needed, total) => orRefuse(() => part(secret, total, needed), 'shares-unfit');

/** The secret behind enough shares; too few true ones give other bytes. */
export const combine = (shares) => orRefuse(() => join(shares), 'shares-unfit');
