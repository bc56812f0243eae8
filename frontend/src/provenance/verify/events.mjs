// Events of the contract Provenance, decoded out of their topics and data.
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { keccakHex, toBytes, toHex } from './bytes.mjs';

// name, indexed arguments, arguments in the data; "[]" marks arrays, "(...)" structs
const PORTION = '(bytes32,uint128)';
const CREATED = '(bytes32,bytes32,bytes32,uint128,uint64)';
const EVENTS = [
  ['Commissioned', 'lot:bytes32 member:bytes32 quota:bytes32',
    'form:bytes32 ref:bytes32 milligrams:uint128 expires:uint64 happened:uint64 account:address facts:string'],
  ['Observed', 'subject:bytes32 member:bytes32 observation:uint8',
    'conforms:bool happened:uint64 account:address facts:string'],
  ['Shipped', 'shipment:bytes32 from:bytes32 to:bytes32',
    `ref:bytes32 portions:${PORTION}[] terms:bytes32 happened:uint64 account:address facts:string`],
  ['Received', 'shipment:bytes32 from:bytes32 to:bytes32',
    `portions:${PORTION}[] lost:uint128[] happened:uint64 account:address facts:string`],
  ['Refused', 'shipment:bytes32 from:bytes32 to:bytes32',
    `portions:${PORTION}[] happened:uint64 account:address facts:string`],
  ['Cancelled', 'shipment:bytes32 from:bytes32 to:bytes32',
    `portions:${PORTION}[] happened:uint64 account:address facts:string`],
  ['Processed', 'run:bytes32 member:bytes32 method:bytes32',
    `inputs:${PORTION}[] outputs:${CREATED}[] happened:uint64 account:address facts:string`],
  ['Split', 'lot:bytes32 member:bytes32', `parts:${CREATED}[] happened:uint64 account:address facts:string`],
  ['Merged', 'lot:bytes32 member:bytes32',
    `portions:${PORTION}[] merged:${CREATED} happened:uint64 account:address facts:string`],
  ['Packed', 'lot:bytes32 member:bytes32 from:bytes32',
    `packed:${CREATED} units:uint32 gtin:uint64 unitsRoot:bytes32 happened:uint64 account:address facts:string`],
  ['Dispensed', 'lot:bytes32 member:bytes32 commitment:bytes32',
    'milligrams:uint128 happened:uint64 account:address facts:string'],
  ['Retired', 'lot:bytes32 member:bytes32 reason:uint8',
    'milligrams:uint128 happened:uint64 account:address facts:string'],
];

const parse = (text) => text.split(' ').map((part) => part.split(/:(.*)/).slice(0, 2));
const BY_TOPIC = new Map(EVENTS.map(([name, indexed, data]) => {
  const [topics, body] = [parse(indexed), parse(data)];
  const signature = `${name}(${[...topics, ...body].map(([, type]) => type).join(',')})`;
  return [keccakHex(utf8ToBytes(signature)), { name, topics, body }];
}));

/** The event that a log holds, `null` for one that is no step. */
export function decodeEvent(log) {
  const event = BY_TOPIC.get(log.topics[0]);
  if (!event) return null;
  const found = { event: event.name };
  event.topics.forEach(([name], at) => { found[name] = log.topics[at + 1]; });
  const values = tuple(event.body.map(([, type]) => type), toBytes(log.data), 0);
  event.body.forEach(([name], at) => { found[name] = values[at]; });
  return found;
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
    case 'Observed':
      break;
    default:
      if (found.portions) portions(found.portions);
      else add(found.lot, found.milligrams);
  }
  return pairs.sort();
}

/** The member that did it. */
export function actor(found) {
  if (found.member) return found.member;
  return found.event === 'Received' || found.event === 'Refused' ? found.to : found.from;
}

const inner = (type) => {
  const depths = [];
  let [depth, start] = [0, 1];
  for (let at = 1; at < type.length; at += 1) {
    if (type[at] === '(') depth += 1;
    if (depth === 0 && (type[at] === ',' || at === type.length - 1)) { depths.push(type.slice(start, at)); start = at + 1; }
    if (type[at] === ')') depth -= 1;
  }
  return depths;
};
const dynamic = (type) => type === 'string' || type.endsWith('[]') || (type[0] === '(' && inner(type).some(dynamic));
const width = (type) => (type[0] === '(' && !dynamic(type) ? inner(type).reduce((sum, part) => sum + width(part), 0) : 32);

function word(data, at) {
  if (at + 32 > data.length) throw new Error('event data end too early');
  return data.subarray(at, at + 32);
}
const number = (data, at) => BigInt(toHex(word(data, at)));

function tuple(types, data, base) {
  let at = base;
  return types.map((type) => {
    const place = dynamic(type) ? base + Number(number(data, at)) : at;
    at += width(type);
    return value(type, data, place);
  });
}

function value(type, data, at) {
  if (type.endsWith('[]')) {
    const count = Number(number(data, at));
    if (count > 10_000) throw new Error('event data state too many items');
    return tuple(Array(count).fill(type.slice(0, -2)), data, at + 32);
  }
  if (type[0] === '(') return tuple(inner(type), data, at);
  if (type === 'string') {
    const length = Number(number(data, at));
    if (at + 32 + length > data.length) throw new Error('event data end too early');
    return new TextDecoder().decode(data.subarray(at + 32, at + 32 + length));
  }
  if (type === 'address') return toHex(word(data, at).subarray(12));
  if (type === 'bool') return number(data, at) === 1n;
  return type === 'bytes32' ? toHex(word(data, at)) : number(data, at);
}
