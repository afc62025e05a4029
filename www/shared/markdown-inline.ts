/* markdown-inline.ts: the marks inside a line: emphasis, code, links, math */
/* SPDX-License-Identifier: MIT */

import type { MarkdownOptions } from './markdown';
import { linkify, safeUrl } from './text';

export type Inline =
	| string
	| { kind: 'strong' | 'em' | 'del'; children: Inline[] }
	| { kind: 'code'; text: string }
	| { kind: 'math'; text: string; display: boolean }
	| { kind: 'link'; href: string; children: Inline[] };

const DEPTH_MAX = 8;
/* Where something may begin. */
const SPECIAL = /[\\`*_~[$]/g;
const ESCAPED = /[\\`*_{}[\]()#+\-.!|~>$<]/;
const WORD = /[\p{L}\p{N}]/u;
const LINK = /^\[([^[\]\n]{1,1000})\]\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+"[^"\n]*")?\s*\)/;
const MARKS: [mark: string, kind: 'strong' | 'em' | 'del'][] = [
	['**', 'strong'], ['__', 'strong'], ['~~', 'del'],
	['*', 'em'], ['_', 'em'],
];

interface State {
	text: string;
	options: MarkdownOptions;
	depth: number;
	/* Marks that nothing closes from here on. */
	open: Set<string>;
}

interface Found {
	node: Inline;
	end: number;
}

/* Addresses that stand in the text as they are. */
function plain(text: string, options: MarkdownOptions): Inline[]
{
	if (options.links === false)
		return [text];
	return linkify(text).map((part) => part.href === undefined ? part.text
		: { kind: 'link', href: part.href, children: [part.text] });
}

/* Only addresses that say themselves where they go. */
function hrefOf(text: string): string | null
{
	if (/^www\./i.test(text))
		return safeUrl(`https://${text}`);
	return /^(https?:\/\/|mailto:|tel:)/i.test(text) ? safeUrl(text) : null;
}

function code(s: State, at: number): Found | null
{
	const ticks = /^`+/.exec(s.text.slice(at, at + 20))![0];
	const end = s.text.indexOf(ticks, at + ticks.length);

	if (end < 0)
		return null;
	const body = s.text.slice(at + ticks.length, end);

	return { node: { kind: 'code', text: /^ .*[^ ].* $/s.test(body)
		? body.slice(1, -1) : body }, end: end + ticks.length };
}

const PRICE = /^\d[\d.,]*\s+\p{L}/u;

/* $5 and $6 are prices: a formula begins and ends with no blank, no digit
 * follows it, and it is not "6 or US". */
function math(s: State, at: number): Found | null
{
	const mark = s.text.startsWith('$$', at) ? '$$' : '$';
	const from = at + mark.length;
	let end = s.text.indexOf(mark, from);

	if (!s.options.math)
		return null;
	while (end > 0 && s.text[end - 1] === '\\')
		end = s.text.indexOf(mark, end + 1);
	const body = s.text.slice(from, end);

	if (end < 0 || body.trim() === '' || (mark === '$' &&
	    (/^\s|\s$|\n\n/.test(body) || PRICE.test(body) || /\d/.test(s.text[end + 1] ?? ''))))
		return null;
	return { node: { kind: 'math', text: body, display: mark === '$$' },
		end: end + mark.length };
}

function link(s: State, at: number): Found | null
{
	const found = LINK.exec(s.text.slice(at, at + 4000));
	const href = found && hrefOf(found[2]!);

	if (!found || !href)
		return null;
	const end = at + found[0].length;
	const children = parse(found[1]!, { ...s.options, links: false },
		s.depth + 1);

	return { node: s.options.links === false
		? s.text.slice(at, end) : { kind: 'link', href, children }, end };
}

const isWord = (c: string | undefined) => c !== undefined && WORD.test(c);
const isBlank = (c: string | undefined) => c === undefined || /\s/.test(c);

/* Where the mark closes what began at from; -1: nowhere. */
function closing(s: State, mark: string, from: number): number
{
	const { text } = s;

	for (let end = text.indexOf(mark, from); end >= 0;
	    end = text.indexOf(mark, end + 1)) {
		const next = text[end + mark.length];

		/* The last of a run is the one that closes. */
		if (end === from || isBlank(text[end - 1]) ||
		    text[end - 1] === '\\' || next === mark[0])
			continue;
		if (mark.length === 1 && text[end - 1] === mark)
			continue;
		if (mark[0] === '_' && isWord(next))
			continue;
		return end;
	}
	return -1;
}

function emphasis(s: State, at: number): Found | null
{
	for (const [mark, kind] of MARKS) {
		const from = at + mark.length;

		if (!s.text.startsWith(mark, at) || s.open.has(mark) ||
		    isBlank(s.text[from]) ||
		    (mark[0] === '_' && isWord(s.text[at - 1])))
			continue;
		const end = closing(s, mark, from);

		if (end < 0) {
			s.open.add(mark);
			continue;
		}
		return { end: end + mark.length, node: { kind,
			children: parse(s.text.slice(from, end), s.options,
				s.depth + 1) } };
	}
	return null;
}

function read(s: State, at: number): Found | null
{
	switch (s.text[at]) {
	case '\\':
		return ESCAPED.test(s.text[at + 1] ?? '')
			? { node: s.text[at + 1]!, end: at + 2 } : null;
	case '`':
		return code(s, at);
	case '$':
		return math(s, at);
	case '[':
		return link(s, at);
	default:
		return emphasis(s, at);
	}
}

function parse(text: string, options: MarkdownOptions, depth: number): Inline[]
{
	const s: State = { text, options, depth, open: new Set() };
	const nodes: Inline[] = [];
	/* Text whose addresses are not looked for yet. */
	let from = 0;
	const flush = (end: number) => {
		if (end > from)
			nodes.push(...plain(text.slice(from, end), options));
	};

	if (depth > DEPTH_MAX)
		return [text];
	for (let at = 0; at < text.length;) {
		SPECIAL.lastIndex = at;
		const next = SPECIAL.exec(text)?.index;

		if (next === undefined)
			break;
		/* Marks in an address are part of it. */
		const found = insideAddress(text, next) ? null : read(s, next);

		if (!found) {
			at = next + 1;
			continue;
		}
		flush(next);
		nodes.push(found.node);
		at = from = found.end;
	}
	flush(text.length);
	return nodes;
}

function insideAddress(text: string, at: number): boolean
{
	if (text[at] !== '_' && text[at] !== '~' && text[at] !== '*' &&
	    text[at] !== '$')
		return false;
	const before = text.slice(Math.max(0, at - 500), at);
	const word = /\S*$/.exec(before)![0];

	return /(?:https?:\/\/|www\.)\S+$/i.test(word);
}

export function parseInline(text: string, options: MarkdownOptions): Inline[]
{
	return parse(text, options, 0);
}
