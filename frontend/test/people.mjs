// Who seals, stores and reads in these tests. The words are BIP-39's published examples; they guard nothing.
import { Vault } from '../src/sealing/keys.mjs';
import { Place } from '../src/sealing/seal.mjs';

const others = Vault.fromWords('letter advice cage absurd amount doctor acoustic avoid letter advice cage above');

export const patient = Vault.fromWords('legal winner thank year wave sausage worth useful legal winner thank yellow').relation(1);
export const attendingPhysician = others.relation(0);
export const custodians = [1, 2, 3].map((number) => others.relation(number));
export const secondDevice = others.relation(4);
export const stranger = others.relation(5);
export const place = new Place(patient.account, `0x${'ab'.repeat(32)}`, 1);
export const readerOf = ({ account, inbox, reading }) => ({ account, inbox, reading });
export const keysOf = ({ inboxSecret, readingSecret }) => ({ inbox: inboxSecret, reading: readingSecret });
export const categoryKey = (category, epoch = 1) => ({ label: patient.label(category), epoch, public: patient.categoryPublic(category, epoch) });
