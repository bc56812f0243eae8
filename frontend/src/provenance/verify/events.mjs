// Steps out of the logs of the contract Provenance.
import declared from 'contracts:events';
import { readLog, topic } from '../../chain/abi.mjs';

const BY_TOPIC = new Map(declared.Provenance.map((entry) => [topic(entry), entry]));

/** The event that a log holds, its arguments by name, `null` for one of another contract. */
export function decodeEvent(log) {
  const entry = BY_TOPIC.get(log.topics[0]);
  return entry ? { event: entry.name, ...readLog(entry.inputs, log) } : null;
}

/** Every quantity that an event states, as sorted `lot:milligrams`. */
export function amounts(found) {
  const pairs = [];
  const add = (lot, milligrams) => { if (milligrams) pairs.push(`${lot}:${milligrams}`); };
  const portions = (list) => list.forEach(([lot, milligrams]) => add(lot, milligrams));
  const created = (lot) => add(lot[0], lot[3]);
  switch (found.event) {
    case 'Received':
      portions(found.portions);
      found.portions.forEach(([lot], at) => add(lot, found.lost[at]));
      break;
    case 'Processed':
      portions(found.inputs);
      found.outputs.forEach(created);
      break;
    case 'Split':
      add(found.lot, found.parts.reduce((sum, part) => sum + part[3], 0n));
      found.parts.forEach(created);
      break;
    case 'Merged':
      portions(found.portions);
      created(found.merged);
      break;
    case 'Packed':
      add(found.from, found.packed[3]);
      created(found.packed);
      break;
    case 'Secured':
      portions(found.secured);
      break;
    case 'Observed':
    case 'RecallOpened':
    case 'Frozen':
    case 'Released':
    case 'RecallClosed':
      break;
    default:
      if (found.portions) portions(found.portions);
      else add(found.lot, found.milligrams);
  }
  return pairs.sort();
}

/** The member that did it. */
export function actor(found) {
  if (found.holder ?? found.observer ?? found.by) return found.holder ?? found.observer ?? found.by;
  return found.event === 'Received' || found.event === 'Refused' ? found.to : found.from;
}
