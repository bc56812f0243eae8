// The node's doors that ask who asks: every request is signed by the account it is for.
import { Refused } from '../chain/doors.mjs';
import { askSigned } from '../sealing/askings.mjs';

async function answered(answer) {
  const content = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(content ?? { code: 'unavailable', message: `HTTP ${answer.status}` });
  return content;
}

/** Ask as an account; JSON both ways, or bytes out. */
export const askAs = async (key, method, path, body, headers) => answered(await askSigned(key, method, path, { body, headers }));

/** The answer itself, for those who need its headers; refusals are thrown. */
export async function askRaw(key, method, path, body, headers) {
  const answer = await askSigned(key, method, path, { body, headers });
  if (!answer.ok) await answered(answer);
  return answer;
}

/** Gets blocks as an account for `readFile`, which checks each against its address. */
export const blocksAs = (key) => async (cid) => {
  const answer = await askRaw(key, 'GET', `/api/ipfs/${cid}`, undefined, { accept: 'application/octet-stream' });
  return new Uint8Array(await answer.arrayBuffer());
};
