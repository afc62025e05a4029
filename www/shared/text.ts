/* text.ts: people's text cut into plain parts and links. Nothing here makes
 * HTML: the views turn parts into text nodes and <a> elements. */

export interface Part {
	text: string;
	href?: string;
}

const WORD = String.raw`[^\s<>"]+`;
const MAIL = String.raw`[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+`;
const LINK = new RegExp(
	String.raw`https?:\/\/${WORD}|www\.${WORD}\.${WORD}|${MAIL}`, 'gi');
const TRAIL = /[.,;:!?'"»”’]+$/;
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
/* Direction overrides could make a name or a link read as another. */
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/g;

/* What moves to a new line on a screen of old, and what is no text at all. */
const LINE_MOVES = /[\v\f]/g;
const CONTROLS = /[\0-\x08\x0e-\x1f\x7f-\x9f]/g;

/*
 * Text that can be spelt in UTF-8 and stored: no controls but tab, line feed
 * and carriage return, no half of a surrogate pair, such as a cut in the middle
 * of an emoji leaves behind. The server refuses those, and what it refuses
 * could never be sent.
 */
export function wellFormed(text: string): string
{
	const bytes = new TextEncoder().encode(
		text.replace(LINE_MOVES, '\n').replace(CONTROLS, ''));

	return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function count(text: string, mark: string): number
{
	return text.split(mark).length - 1;
}

/* A sentence's own punctuation is not part of the address in it. */
function trimLink(link: string): string
{
	let s = link;

	for (;;) {
		const cut = s.replace(TRAIL, '');
		const last = cut.slice(-1);
		const open = PAIRS[last];

		if (open !== undefined && count(cut, last) > count(cut, open))
			s = cut.slice(0, -1);
		else if (cut === s)
			return s;
		else
			s = cut;
	}
}

/* The address of a link, or null when it is none we would follow. */
export function safeUrl(text: string | null | undefined): string | null
{
	if (!text)
		return null;
	try {
		const url = new URL(text, typeof location === 'undefined'
			? 'http://localhost' : location.href);

		return /^(https?|mailto|tel):$/.test(url.protocol)
			? url.href : null;
	} catch {
		return null;
	}
}

function hrefOf(link: string): string | null
{
	if (/^https?:/i.test(link))
		return safeUrl(link);
	if (/^www\./i.test(link))
		return safeUrl(`https://${link}`);
	return safeUrl(`mailto:${link}`);
}

export function linkify(text: string): Part[]
{
	const parts: Part[] = [];
	let from = 0;

	for (const match of text.matchAll(LINK)) {
		const link = trimLink(match[0]);
		const href = hrefOf(link);

		if (href === null)
			continue;
		if (match.index! > from)
			parts.push({ text: text.slice(from, match.index) });
		parts.push({ text: link, href });
		from = match.index! + link.length;
	}
	if (from < text.length)
		parts.push({ text: text.slice(from) });
	return parts;
}

/* A person's name for display: one line, no direction tricks. */
export function cleanName(name: string | null | undefined): string
{
	return (name ?? '').replace(OVERRIDES, '').replace(/\s+/g, ' ').trim();
}

/* Up to two letters for an avatar. */
export function initials(name: string): string
{
	const words = cleanName(name).split(' ').filter(Boolean);
	const letters = [words[0], words.length > 1 ? words.at(-1) : ''];

	return letters.map((w) => [...(w ?? '')][0] ?? '').join('')
		.toUpperCase();
}

/* Characters as people count them for the limit: code points. */
export function codePoints(text: string): number
{
	let n = 0;

	for (const _ of text)
		n++;
	return n;
}

export function fileSize(bytes: number, locale?: string): string
{
	const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
	let value = bytes;
	let unit = 0;

	while (value >= 1024 && unit < units.length - 1) {
		value /= 1024;
		unit++;
	}
	return new Intl.NumberFormat(locale, {
		style: 'unit', unit: units[unit]!, unitDisplay: 'short',
		maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
	}).format(value);
}
