import assert from 'node:assert/strict';
import { charts, type ChartName } from '../../../viz/charts';
import { elements, textOf, toSvgText, type SvgNode } from '../../../viz/svg';
import { chartTables } from '../../../viz/tables';
import { textWidth } from '../../../viz/theme';
import { columnWidths } from '../../../viz/widths';
import { draw } from '../draw';
import { fakeStudy } from '../fake-study';
import { samples } from '../samples';
import { legendOf, ofClass } from '../read-chart';

for (const name of Object.keys(charts) as ChartName[]) {
  describe(`chart ${name} keeps the contract of charts`, () => {
    const tables = chartTables(fakeStudy(10));
    const cases = samples[name].flatMap((params) =>
      Object.keys(columnWidths).map((width) => ({ ...params, width }) as Readonly<Record<string, unknown>>),
    );
    const drawn = cases.map((params) => ({ params, root: draw(name, tables, params) }));

    it('says in words what it shows, and where it comes from', () => {
      for (const { root } of drawn) {
        const [title, description] = [elements(root, 'title')[0]!, elements(root, 'desc')[0]!];
        assert.match(textOf(title), /^Hop by hop against end to end: /);
        assert.match(textOf(description), /Hopwise 0\.1\.0, study hop-by-hop-vs-end-to-end, seed 1\./);
        assert.equal(root.attributes.role, 'img');
      }
    });

    it('is as wide as a column of print, in points, with type of 7 to 9 points', () => {
      for (const { root, params } of drawn) {
        const width = columnWidths[params.width as keyof typeof columnWidths];
        assert.equal(root.attributes.width, `${width}pt`);
        assert.match(String(root.attributes.viewBox), new RegExp(`^0 0 ${width} `));
        for (const size of fontSizes(root)) assert.ok(size >= 7 && size <= 9, `${size} pt`);
      }
    });

    it('says how many replications or which one', () => {
      for (const { root } of drawn)
        assert.match(ofClass(root, 'note').map(textOf).join(' '), /n = \d+|[Rr]eplication \d+/);
    });

    it('keeps all text inside the figure, and none on top of other text', () => {
      for (const { root, params } of drawn) {
        const boxes = textBoxes(root);
        const [, , width, height] = String(root.attributes.viewBox).split(' ').map(Number) as [
          number,
          number,
          number,
          number,
        ];
        for (const box of boxes) {
          const inside = box.left >= -0.5 && box.right <= width + 0.5 && box.top >= -0.5 && box.bottom <= height + 0.5;
          assert.ok(inside, `${box.text} leaves the figure (${JSON.stringify(params)})`);
        }
        boxes.forEach((a, i) =>
          boxes.slice(i + 1).forEach((b) => {
            const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 0.5 || b.bottom <= a.top + 0.5;
            assert.ok(apart, `${a.text} on top of ${b.text} (${JSON.stringify(params)})`);
          }),
        );
      }
    });

    it('can be read in grey: no two entries of a legend differ in colour alone', () => {
      for (const legend of drawn.flatMap(({ root }) => ofClass(root, 'legend'))) {
        const looks = ofClass(legend, 'entry').map(greyLook);
        assert.equal(new Set(looks).size, looks.length, legendOf(legend).join(', '));
        assert.ok(looks.length > 0);
      }
    });

    it('draws numbers only, the same ones every time', () => {
      for (const { root, params } of drawn) {
        const text = toSvgText(root);
        assert.doesNotMatch(text, /NaN|Infinity|undefined|null/);
        assert.equal(toSvgText(draw(name, chartTables(fakeStudy(10)), params)), text);
      }
    });
  });
}

function fontSizes(node: SvgNode): number[] {
  const own = node.attributes['font-size'];
  const below = node.children.flatMap((child) => (typeof child === 'string' ? [] : fontSizes(child)));
  return own === undefined ? below : [Number(own), ...below];
}

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where texts are, going by their anchors and their estimated widths; the label of the y axis is turned. */
function textBoxes(node: SvgNode, inherited = 8): Box[] {
  const size = Number(node.attributes['font-size'] ?? inherited);
  if (node.tag !== 'text') {
    return node.children.flatMap((child) => (typeof child === 'string' ? [] : textBoxes(child, size)));
  }
  // The estimate is on the safe side; texts that touch by it do not touch in print.
  const text = textOf(node);
  const long = textWidth(text, size) * 0.93;
  const turned = /translate\(([-\d.]+) ([-\d.]+)\) rotate\(-90\)/.exec(String(node.attributes.transform));
  if (turned) {
    const [x, y] = [Number(turned[1]), Number(turned[2])];
    return [{ text, left: x - size * 0.75, right: x + size * 0.2, top: y - long / 2, bottom: y + long / 2 }];
  }
  const [x, y] = [Number(node.attributes.x), Number(node.attributes.y)];
  const anchor = node.attributes['text-anchor'];
  const left = anchor === 'middle' ? x - long / 2 : anchor === 'end' ? x - long : x;
  return [{ text, left, right: left + long, top: y - size * 0.75, bottom: y + size * 0.2 }];
}

/** What is left of a legend entry's sample without its colours and its place. */
function greyLook(entry: SvgNode): string {
  const marks = ['path', 'rect'].flatMap((tag) => elements(entry, tag));
  return marks
    .filter((mark) => mark.attributes.class !== 'leader')
    .map((mark) =>
      JSON.stringify([mark.tag, mark.attributes['stroke-dasharray'], shapeOf(mark), filled(mark), hatchOf(mark)]),
    )
    .join();
}

function shapeOf(mark: SvgNode): string | undefined {
  return mark.attributes.class === 'marker' ? String(mark.attributes.d) : undefined;
}

function filled(mark: SvgNode): boolean {
  return mark.attributes.fill !== 'none' && mark.attributes.fill !== '#ffffff';
}

/** The slant of the hatching of a bar. */
function hatchOf(mark: SvgNode): number {
  if (mark.attributes.class !== undefined) return 0;
  const [x1, y1, x2, y2] = /M([-\d.]+),([-\d.]+)L([-\d.]+),([-\d.]+)/
    .exec(String(mark.attributes.d))!
    .slice(1)
    .map(Number) as [number, number, number, number];
  return Math.sign((y2 - y1) * (x2 - x1));
}
