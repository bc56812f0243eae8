// Writes what the drawing kit draws from: icons out of lucide-static, province outlines out of echarts 4.
import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const target = process.argv[2] ?? join(here, '..', 'src', 'tcmchain', 'web', 'drawing');
const GRID = 100; // points a degree

function icons() {
  const names = readFileSync(join(here, 'icons.txt'), 'utf8').replace(/^#.*$/gm, '').split(/\s+/).filter(Boolean);
  const shapes = {};
  for (const name of [...new Set(names)].sort()) {
    const file = join(modules, 'lucide-static', 'icons', `${name}.svg`);
    if (!existsSync(file)) throw new Error(`lucide has no icon ${name}`);
    const svg = readFileSync(file, 'utf8').replace(/<!--[\s\S]*?-->/g, '');
    shapes[name] = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s*\n\s*/g, '').replace(/ \/>/g, '/>').trim();
  }
  return shapes;
}

// echarts 4 packs a ring as zigzag deltas of 1/1024 degree in characters
function ring(text, [startX, startY]) {
  const points = [];
  let [x, y] = [startX, startY];
  for (let at = 0; at < text.length; at += 2) {
    const step = (code) => (code >> 1) ^ -(code & 1);
    x += step(text.charCodeAt(at) - 64);
    y += step(text.charCodeAt(at + 1) - 64);
    points.push([Math.round((x / 1024) * GRID), Math.round((y / 1024) * GRID)]);
  }
  return points;
}

// Douglas and Peucker, to a tolerance in grid points
function simplify(points, tolerance) {
  if (points.length < 3) return points;
  const [a, b] = [points[0], points.at(-1)];
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  let [worst, far] = [0, 0];
  for (let at = 1; at < points.length - 1; at += 1) {
    const [dx, dy] = [points[at][0] - a[0], points[at][1] - a[1]];
    const off = length ? Math.abs((b[0] - a[0]) * dy - (b[1] - a[1]) * dx) / length : Math.hypot(dx, dy);
    if (off > worst) [worst, far] = [off, at];
  }
  if (worst <= tolerance) return [a, b];
  return [...simplify(points.slice(0, far + 1), tolerance).slice(0, -1), ...simplify(points.slice(far), tolerance)];
}

function deltas(points) {
  let [px, py] = [0, 0];
  return points.flatMap(([x, y]) => {
    const step = [x - px, y - py];
    [px, py] = [x, y];
    return step;
  });
}

function provinces() {
  const source = JSON.parse(readFileSync(join(modules, 'echarts', 'map', 'json', 'china.json'), 'utf8'));
  const outlines = {};
  for (const { id, geometry } of source.features) {
    const many = geometry.type === 'MultiPolygon';
    const rings = geometry.coordinates.flatMap((part, at) =>
      (many ? part : [part]).map((text, inner) => {
        const offset = geometry.encodeOffsets[at];
        return ring(text, many ? offset[inner] : offset);
      }),
    );
    outlines[id.slice(0, 2)] = rings.map((points) => simplify(points, 3)).filter((points) => points.length > 3).map(deltas);
  }
  return outlines;
}

const text = (value) => `${JSON.stringify(value)}\n`;
writeFileSync(join(target, 'icons.json'), text(icons()).replaceAll('","', '",\n"'));
writeFileSync(join(target, 'provinces.json'), text({ grid: GRID, outlines: provinces() }).replaceAll(']],"', ']],\n"'));
