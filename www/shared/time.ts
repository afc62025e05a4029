/* time.ts: dates and times as people read them, in their own time zone */

const DAY_MS = 86400000;
const formats = new Map<string, Intl.DateTimeFormat>();

/* Making a formatter is slow enough to show in a list of thousands. */
function format(locale: string | undefined,
	options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat
{
	const key = `${locale ?? ''}${JSON.stringify(options)}`;
	let made = formats.get(key);

	if (made === undefined) {
		made = new Intl.DateTimeFormat(locale, options);
		formats.set(key, made);
	}
	return made;
}

/* 14:05 or 2:05 PM */
export function clock(iso: string, locale?: string): string
{
	return format(locale, { hour: 'numeric', minute: '2-digit' })
		.format(new Date(iso));
}

/* Date and time in full, for titles. */
export function fullTime(iso: string, locale?: string): string
{
	return format(locale, { dateStyle: 'full', timeStyle: 'short' })
		.format(new Date(iso));
}

/* Whole local days from then to now: 0 today, 1 yesterday. */
export function daysAgo(iso: string, now: Date = new Date()): number
{
	const then = new Date(iso);
	const start = (d: Date) =>
		Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());

	return Math.round((start(now) - start(then)) / DAY_MS);
}

export function sameDay(a: string, b: string): boolean
{
	return daysAgo(a, new Date(b)) === 0;
}

/* "today", "yesterday", a weekday within the week, else the date. */
export function dayLabel(iso: string, locale?: string,
	now: Date = new Date()): string
{
	const days = daysAgo(iso, now);
	const date = new Date(iso);

	if (days === 0 || days === 1)
		return capital(new Intl.RelativeTimeFormat(locale,
			{ numeric: 'auto' }).format(-days, 'day'), locale);
	if (days > 1 && days < 7)
		return capital(format(locale, { weekday: 'long' })
			.format(date), locale);
	return format(locale, date.getFullYear() === now.getFullYear()
		? { day: 'numeric', month: 'long' }
		: { dateStyle: 'long' }).format(date);
}

/* For a list's row: the clock today, else the day, short. */
export function shortWhen(iso: string, locale?: string,
	now: Date = new Date()): string
{
	const days = daysAgo(iso, now);
	const date = new Date(iso);

	if (days <= 0)
		return clock(iso, locale);
	if (days < 7)
		return format(locale, { weekday: 'short' }).format(date);
	return format(locale, date.getFullYear() === now.getFullYear()
		? { day: 'numeric', month: 'short' }
		: { dateStyle: 'short' }).format(date);
}

function capital(text: string, locale?: string): string
{
	const [first = '', ...rest] = [...text];

	return first.toLocaleUpperCase(locale) + rest.join('');
}
