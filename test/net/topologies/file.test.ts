import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFileError } from '../../../sim/core/data-file';
import { greatCircle } from '../../../sim/net/topologies/file/distance';
import { parseGml } from '../../../sim/net/topologies/file/gml';
import { parseGraphml } from '../../../sim/net/topologies/file/graphml';
import { longestPath } from '../../../sim/net/topologies/file/longest-path';
import { main } from '../../../sim/node/cli';
import { loadStudy } from '../../../sim/node/scenario-files';
import { networkOf, routeOf } from '../../../sim/scenario/network';
import { recordingTerminal } from '../../support/terminal';

const GRAPHML = `<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="label" attr.type="string"/>
  <key id="d1" for="node" attr.name="Latitude" attr.type="double"/>
  <key id="d2" for="node" attr.name="Longitude" attr.type="double"/>
  <key id="d3" for="edge" attr.name="LinkSpeedRaw" attr.type="double"/>
  <key id="d4" for="edge" attr.name="delay" attr.type="string"/>
  <graph edgedefault="undirected">
    <node id="0"><data key="d0">North &amp; Pole</data><data key="d1">90.0</data><data key="d2">0.0</data></node>
    <node id="1"><data key="d0">Quito</data><data key="d1">0.0</data><data key="d2">-78.5</data></node>
    <node id="2"><data key="d0">?</data></node>
    <node id="3"><data key="d0">?</data></node>
    <edge source="0" target="1"><data key="d3">622000000</data></edge>
    <edge source="1" target="0"><data key="d3">155000000</data></edge>
    <edge source="1" target="2"><data key="d4">7 ms</data></edge>
    <edge source="2" target="3"/>
    <edge source="3" target="3"/>
  </graph>
</graphml>
`;

const GML = `# the same
graph [
  directed 0
  Creator "by hand"
  node [ id 0 label "North & Pole" Latitude 90.0 Longitude 0.0 ]
  node [
    id 1
    label "Quito"
    Latitude 0.0
    Longitude -78.5
    graphics [ x 1 y 2 ]
  ]
  node [ id 2 label "?" ]
  node [ id 3 label "?" ]
  edge [ source 0 target 1 LinkSpeed "622" LinkSpeedUnits "M" ]
  edge [ source 1 target 0 LinkSpeedRaw 155000000.0 ]
  edge [ source 1 target 2 latency "7 ms" ]
  edge [ source 2 target 3 ]
  edge [ source 3 target 3 ]
]
`;

const EXPECTED = {
  nodes: [
    { name: 'North & Pole', id: '0', latitude: 90, longitude: 0 },
    { name: 'Quito', id: '1', latitude: 0, longitude: -78.5 },
    { name: '?-2', id: '2' },
    { name: '?-3', id: '3' },
  ],
  edges: [
    { from: 'North & Pole', to: 'Quito', rate: 777e6 },
    { from: 'Quito', to: '?-2', delay: 7e6 },
    { from: '?-2', to: '?-3' },
  ],
};

/** The line and the message of the mistake that a parser finds. */
function mistake(parse: (text: string) => unknown, text: string): string {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof DataFileError, String(error));
    return `${error.line}: ${error.message}`;
  }
  return 'none';
}

describe('networks from files', () => {
  it('given GraphML, then nodes have their labels, parallel edges are one, and loops are left out', () => {
    assert.deepEqual(parseGraphml(GRAPHML), EXPECTED);
  });

  it('given GML, then the same graph is the same', () => {
    assert.deepEqual(parseGml(GML), EXPECTED);
  });

  it('given a default of a GraphML key, then it holds where an edge says nothing', () => {
    const text = GRAPHML.replace('"LinkSpeedRaw" attr.type="double"/>', '"LinkSpeedRaw"><default>1000</default></key>');
    assert.deepEqual(
      parseGraphml(text).edges.map(({ rate }) => rate),
      [777e6, 1000, 1000],
    );
  });

  const wrongGraphml: readonly (readonly [string, string, string, string])[] = [
    ['an edge to nowhere', 'target="2"', 'target="9"', '15: an edge to "9"; no node has this id'],
    ['an id given twice', 'node id="1"', 'node id="0"', '10: two nodes have the id "0"'],
    ['a speed that is none', '155000000', 'fast', '14: LinkSpeedRaw: found "fast"; expected a number above 0'],
    ['a place off the Earth', '>90.0<', '>91<', '9: Latitude: found "91"; expected degrees from -90 to 90'],
    ['an edge without an end', ' target="3"', '', '16: <edge> has no target'],
    ['data without a key', 'key="d4"', 'key="d9"', '15: <data key="d9">: no <key> has this id'],
    ['a hyperedge', '<edge source="3" target="3"/>', '<hyperedge/>', '17: a network has no <hyperedge>'],
    ['a tag that is not closed', '</graph>', '', '19: unexpected close tag.'],
    ['something else', '<graphml xmlns', '<svg xmlns', '2: found <svg>; expected <graphml>'],
  ];
  for (const [name, from, to, expected] of wrongGraphml) {
    it(`given GraphML with ${name}, then the line is told`, () => {
      assert.equal(mistake(parseGraphml, GRAPHML.replace(from, to)), expected);
    });
  }

  const wrongGml: readonly (readonly [string, string, string, string])[] = [
    ['a node without id', 'id 2 ', '', '13: the node has no id'],
    ['a bracket that is not closed', /\]\n$/.exec(GML)![0], '\n', '2: the bracket of `graph [` is not closed'],
    ['a text that does not end', 'latency "7 ms"', 'latency "7 ms', '17: a text that does not end'],
    ['a unit that is none', '"M"', '"Q"', '15: LinkSpeedUnits: found "Q"; expected K, M, G or T'],
    ['a key without value', 'directed 0', 'directed ]', '3: directed has no value'],
  ];
  for (const [name, from, to, expected] of wrongGml) {
    it(`given GML with ${name}, then the line is told`, () => {
      const at = GML.lastIndexOf(from);
      assert.equal(mistake(parseGml, GML.slice(0, at) + to + GML.slice(at + from.length)), expected);
    });
  }

  it('given two places, then the distance is that of the great circle', () => {
    const quarter = (Math.PI / 2) * 6_371_008.8;
    const distance = (a: [number, number], b: [number, number]) =>
      greatCircle({ latitude: a[0], longitude: a[1] }, { latitude: b[0], longitude: b[1] });
    assert.ok(Math.abs(distance([90, 0], [0, -78.5]) - quarter) < 1);
    assert.ok(Math.abs(distance([0, -135], [0, 135]) - quarter) < 1);
    assert.ok(Math.abs(distance([10, 20], [-10, -160]) - 2 * quarter) < 1);
    // a minute of arc along a meridian is a nautical mile, to half a percent
    assert.ok(Math.abs(distance([50, 7], [50 + 1 / 60, 7]) - 1852) < 2);
    assert.equal(distance([50, 7], [50, 7]) < 1, true);
  });

  it('given a network, then the longest of its shortest paths sizes a BDP', () => {
    const edge = (from: string, to: string, delay: number) => ({ from, to, delay });
    const edges = [edge('a', 'b', 5), edge('b', 'c', 5), edge('a', 'c', 7), edge('c', 'd', 2)];
    assert.equal(longestPath(['a', 'b', 'c', 'd', 'alone'], edges), 9);
  });

  it('given the shipped example, then rates are scaled, and delays are distances at two thirds of the speed of light', () => {
    const [point] = loadStudy('ten-cities').points;
    const network = networkOf(point!.scenario.network);
    assert.deepEqual(routeOf(network, 'Oslo', 'Warsaw'), ['Oslo', 'Copenhagen', 'Gdansk', 'Warsaw']);
    const rate = (from: string, to: string) => network.links.find((link) => link.from === from && link.to === to)!.rate;
    assert.deepEqual([rate('Oslo', 'Copenhagen'), rate('Copenhagen', 'Gdansk')], [10e6, 2.5e6]);
    const { delay } = network.links.find(({ from }) => from === 'Oslo')!;
    // Oslo to Stockholm: some 416 km
    assert.ok(Math.abs(delay - 2.08e6) < 0.02e6, String(delay));
    assert.equal(network.aliases['8'], 'Copenhagen');
  });
});

describe('network: { file }', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hopwise-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function validate(network: string): Promise<string> {
    const file = join(folder, 'map.yaml');
    const sessions = 'sessions: [{ name: A, from: Quito, to: ?-3 }]';
    writeFileSync(file, `title: A map\nnetwork: { file: ${network} }\n${sessions}\nrun: { duration: 2 s }\n`);
    const terminal = recordingTerminal();
    const code = await main(['validate', file], terminal);
    assert.equal(code, terminal.written.err === '' ? 0 : 2);
    return terminal.written.err.replaceAll(folder, 'FOLDER');
  }

  it('given a file beside the scenario, then sessions run between its nodes', async () => {
    writeFileSync(join(folder, 'map.gml'), GML);
    assert.equal(await validate('{ graph: map.gml }'), '');
  });

  it('given a mistake in the file, then it is told with the line of both files', async () => {
    writeFileSync(join(folder, 'map.gml'), GML.replace('target 2', 'target 7'));
    const told = await validate('{ graph: map.gml }');
    assert.match(
      told,
      /^FOLDER\/map\.yaml:2:\d+: network\.file\.graph: map\.gml:17: an edge to "7"; no node has this id\n/,
    );
  });

  it('given another ending, then those that are known are told', async () => {
    const told = await validate('{ graph: map.svg }');
    assert.match(
      told,
      /network\.file\.graph: found "map\.svg"; expected the name of a file that ends with \.graphml or \.gml/,
    );
  });
});
