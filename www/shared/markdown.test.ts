/* markdown.test.ts: what becomes of the marks, and what stays text */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMarkdown } from './markdown';
import type { Block, Inline, MarkdownOptions } from './markdown';

/* The tree as short text: <strong>…</strong> without any HTML being made. */
function spell(nodes: readonly Inline[]): string
{
	return nodes.map((n) => typeof n === 'string' ? n
		: n.kind === 'code' ? `(code ${n.text})`
		: n.kind === 'math' ? `(math${n.display ? '! ' : ' '}${n.text})`
		: n.kind === 'link' ? `(link ${n.href} ${spell(n.children)})`
		: `(${n.kind} ${spell(n.children)})`).join('');
}

function spellBlock(b: Block): string
{
	switch (b.kind) {
	case 'p': return spell(b.children);
	case 'heading': return `h${b.level}:${spell(b.children)}`;
	case 'code': return `pre:${b.text}`;
	case 'math': return `math:${b.text}`;
	case 'rule': return 'rule';
	case 'quote': return `quote[${b.blocks.map(spellBlock).join(' / ')}]`;
	case 'list': return `${b.ordered ? `ol${b.start}` : 'ul'}[` +
		`${b.items.map((i) => i.map(spellBlock).join(' / ')).join(' ; ')}]`;
	case 'table': return `table[${[b.head, ...b.rows].map((row) =>
		row.map(spell).join(' , ')).join(' ; ')}]`;
	}
}

const md = (text: string, options?: MarkdownOptions) =>
	parseMarkdown(text, options).map(spellBlock).join(' / ');

const ROWS: [text: string, tree: string][] = [
	['plain', 'plain'],
	['two\nlines', 'two\nlines'],
	['one\n\ntwo', 'one / two'],
	['**b** *i* _i_ __b__ ~~s~~ `c`',
		'(strong b) (em i) (em i) (strong b) (del s) (code c)'],
	['***both***', '(strong (em both))'],
	['**bold *and* more**', '(strong bold (em and) more)'],
	['snake_case_name and 2*3*4 * 5', 'snake_case_name and 2(em 3)4 * 5'],
	['* not closed', 'ul[not closed]'],
	['a * b', 'a * b'],
	['**open', '**open'],
	['\\*no\\*', '*no*'],
	['``a`b``', '(code a`b)'],
	['`**x**`', '(code **x**)'],
	['# Title\ntext', 'h1:Title / text'],
	['#tag', '#tag'],
	['---', 'rule'],
	['> said\n> so\n\nyes', 'quote[said\nso] / yes'],
	['- a\n- b\n  - c', 'ul[a ; b / ul[c]]'],
	['3. a\n4. b', 'ol3[a ; b]'],
	['Intro:\n- a\n- b', 'Intro: / ul[a ; b]'],
	['```js\n<b>&\n**x**\n```\nafter', 'pre:<b>&\n**x** / after'],
	['```\nopen', 'pre:open'],
	['| a | b |\n|---|---|\n| 1 | **2** |\n| 3 |',
		'table[a , b ; 1 , (strong 2) ; 3 , ]'],
	['a | b', 'a | b'],
	['[Shop](https://shop.example/a_b_c)',
		'(link https://shop.example/a_b_c Shop)'],
	['[**Shop**](https://shop.example)',
		'(link https://shop.example/ (strong Shop))'],
	['[mail](mailto:a@b.example) [call](tel:+255712345678)',
		'(link mailto:a@b.example mail) (link tel:+255712345678 call)'],
	['see https://shop.example/a_b_c_d, yes',
		'see (link https://shop.example/a_b_c_d https://shop.example/a_b_c_d), yes'],
	['[x](javascript:alert(1))', '[x](javascript:alert(1))'],
	['[x](JaVaScRiPt:alert(1))', '[x](JaVaScRiPt:alert(1))'],
	['[x](data:text/html,<script>)', '[x](data:text/html,<script>)'],
	['[x](//evil.example)', '[x](//evil.example)'],
	['[x](/path)', '[x](/path)'],
	['![x](https://a.example/t.gif)', '!(link https://a.example/t.gif x)'],
	['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
	['<https://a.example/>', '<(link https://a.example/ https://a.example/)>'],
	['$5 and $6', '$5 and $6'],
];

for (const [text, tree] of ROWS)
	test(`markdown: ${JSON.stringify(text)}`,
		() => assert.equal(md(text), tree));

test('formulas are found where they are wanted, and prices are not', () => {
	const math = { math: true };

	assert.equal(md('$x^2$ and $$y$$', math), '(math x^2) and (math! y)');
	assert.equal(md('$$\n\\frac{a}{b}\n$$', math), 'math:\n\\frac{a}{b}\n');
	assert.equal(md('$$a+b$$', math), 'math:a+b');
	assert.equal(md('$5 and $6 or US$ 7', math), '$5 and $6 or US$ 7');
	assert.equal(md('\\$x$', math), '$x$');
	assert.equal(md('`$x$` $a_1*b_2*c$', math), '(code $x$) (math a_1*b_2*c)');
	assert.equal(md('$$open', math), '$$open');
});

test('a text that grows has no links yet', () => {
	assert.equal(md('**a** https://a.example [b](https://b.example)',
		{ links: false }),
	'(strong a) https://a.example [b](https://b.example)');
});

test('what is endless or deep ends soon and is not lost', () => {
	const long = 8000;
	const hostile = ['*', '_', '**a ', '[', '[a](', '`', '> ', '- ', '~~a',
		'$', '| ', '\\', '#', '```', '1. ', '*a_b*_', '![', '<', '\u200b',
		'  - a\n', '> - '].map((s) => s.repeat(long / s.length | 0));

	for (const text of hostile) {
		const began = performance.now();

		parseMarkdown(text, { math: true });
		assert.ok(performance.now() - began < 2000, text.slice(0, 10));
	}
	assert.equal(md('x'.repeat(100000)), 'x'.repeat(100000));
});
