/* markdown.ts: what bots and agents write, as a tree of blocks and inlines. A
 * small, safe part of Markdown for chats: line ends stay, HTML is text, links
 * go to http(s), mailto and tel only. Nothing here makes HTML: Markup.tsx
 * turns the tree into nodes. */
/* SPDX-License-Identifier: MIT */

import { parseInline } from './markdown-inline';
import type { Inline } from './markdown-inline';

export type { Inline } from './markdown-inline';

export type Block =
	| { kind: 'p'; children: Inline[] }
	| { kind: 'heading'; level: number; children: Inline[] }
	| { kind: 'code'; text: string }
	| { kind: 'math'; text: string }
	| { kind: 'rule' }
	| { kind: 'quote'; blocks: Block[] }
	| { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
	| { kind: 'table'; head: Inline[][]; rows: Inline[][][] };

export interface MarkdownOptions {
	math?: boolean;
	/* Addresses become links; not while a text is still growing. */
	links?: boolean;
}

const DEPTH_MAX = 6;
const COLUMNS_MAX = 12;

const FENCE = /^ {0,3}(```+|~~~+)[^`]*$/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,12})([-*+•]|\d{1,9}[.)])([ \t]+)(?=\S)/;
const DIVIDER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

interface Lines {
	lines: string[];
	at: number;
	options: MarkdownOptions;
	depth: number;
}

function fenced(l: Lines): Block | null
{
	const fence = FENCE.exec(l.lines[l.at]!)?.[1];
	const body: string[] = [];
	let end = l.at + 1;

	if (fence === undefined)
		return null;
	while (end < l.lines.length &&
	    !l.lines[end]!.trim().startsWith(fence))
		body.push(l.lines[end++]!);
	l.at = end + 1;
	return { kind: 'code', text: body.join('\n') };
}

/* $$ and $$ on lines of their own, or all on one. */
function formula(l: Lines): Block | null
{
	const first = l.lines[l.at]!.trim();
	let end = l.at;

	if (!l.options.math || !first.startsWith('$$'))
		return null;
	while (end < l.lines.length && !(end > l.at || first.length > 4
		? l.lines[end]!.trim().endsWith('$$') : false))
		end++;
	if (end === l.lines.length)
		return null;
	const text = l.lines.slice(l.at, end + 1).join('\n').trim()
		.slice(2, -2);

	if (text.trim() === '' || text.includes('$$'))
		return null;
	l.at = end + 1;
	return { kind: 'math', text };
}

function heading(l: Lines): Block | null
{
	const found = HEADING.exec(l.lines[l.at]!);

	if (!found?.[2])
		return null;
	l.at++;
	return { kind: 'heading', level: found[1]!.length,
		children: parseInline(found[2], l.options) };
}

function rule(l: Lines): Block | null
{
	if (!RULE.test(l.lines[l.at]!))
		return null;
	l.at++;
	return { kind: 'rule' };
}

function quote(l: Lines): Block | null
{
	const body: string[] = [];

	while (l.at < l.lines.length && QUOTE.test(l.lines[l.at]!))
		body.push(l.lines[l.at++]!.replace(QUOTE, ''));
	return body.length === 0 ? null
		: { kind: 'quote', blocks: blocksOf(body, l.options, l.depth + 1) };
}

const isOrdered = (mark: string) => /\d/.test(mark);

/* The lines of one item: its own, those indented below it. */
function itemLines(l: Lines, indent: number): string[]
{
	const body = [l.lines[l.at++]!.slice(indent)];

	while (l.at < l.lines.length) {
		const line = l.lines[l.at]!;
		const next = l.lines[l.at + 1];

		if (line.trim() === '' && !(next?.startsWith('  ') &&
		    next.trim() !== ''))
			break;
		if (line.trim() !== '' && !line.startsWith('  '))
			break;
		body.push(line.slice(Math.min(indent,
			line.length - line.trimStart().length)));
		l.at++;
	}
	return body;
}

function list(l: Lines): Block | null
{
	const first = ITEM.exec(l.lines[l.at]!);
	const items: Block[][] = [];

	if (!first)
		return null;
	const ordered = isOrdered(first[2]!);
	const depth = first[1]!.length;

	while (l.at < l.lines.length) {
		const item = ITEM.exec(l.lines[l.at]!);
		const blank = l.lines[l.at]!.trim() === '';
		const after = blank ? ITEM.exec(l.lines[l.at + 1] ?? '') : item;

		if (!after || isOrdered(after[2]!) !== ordered ||
		    after[1]!.length > depth + 1)
			break;
		if (blank)
			l.at++;
		items.push(blocksOf(itemLines(l, after[0].length),
			l.options, l.depth + 1));
	}
	return { kind: 'list', ordered, items,
		start: ordered ? Number.parseInt(first[2]!, 10) : 1 };
}

function cells(line: string, options: MarkdownOptions): Inline[][]
{
	return line.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/)
		.slice(0, COLUMNS_MAX)
		.map((cell) => parseInline(cell.trim(), options));
}

function table(l: Lines): Block | null
{
	const [line, divider] = [l.lines[l.at]!, l.lines[l.at + 1]];

	if (!line.includes('|') || divider === undefined ||
	    !divider.includes('|') || !DIVIDER.test(divider))
		return null;
	const head = cells(line, l.options);
	const rows: Inline[][][] = [];

	for (l.at += 2; l.at < l.lines.length &&
	    l.lines[l.at]!.includes('|'); l.at++) {
		const row = cells(l.lines[l.at]!, l.options);

		rows.push(head.map((_, i) => row[i] ?? []));
	}
	return { kind: 'table', head, rows };
}

/* Reads one block and moves on, or leaves it to the others. */
const READERS = [fenced, formula, heading, rule, quote, table, list];

function blocksOf(lines: string[], options: MarkdownOptions, depth: number):
	Block[]
{
	const blocks: Block[] = [];
	const l: Lines = { lines, at: 0, options, depth };
	let text: string[] = [];
	const flush = () => {
		if (text.length > 0)
			blocks.push({ kind: 'p',
				children: parseInline(text.join('\n'), options) });
		text = [];
	};

	while (l.at < lines.length) {
		if (lines[l.at]!.trim() === '') {
			flush();
			l.at++;
			continue;
		}
		const block = depth < DEPTH_MAX && READERS.reduce<Block | null>(
			(found, read) => found ?? read(l), null);

		if (block) {
			flush();
			blocks.push(block);
		} else {
			text.push(lines[l.at++]!);
		}
	}
	flush();
	return blocks;
}

export function parseMarkdown(text: string, options: MarkdownOptions = {}):
	Block[]
{
	return blocksOf(text.replace(/\r\n?/g, '\n').replace(/^\n+|\s+$/g, '')
		.split('\n'), options, 0);
}
