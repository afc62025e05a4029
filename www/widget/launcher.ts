/* launcher.ts: the round button on the customer's page. Its whole look is set
 * through element.style, so that a strict CSP of the page lets it be. */

import { parseColor, readableOn, textOn, toHex } from '../shared/color';
import { launcher_close, launcher_open, launcher_unread }
	from '../locales/en.json';
import { launcher_close as sw_close, launcher_open as sw_open,
	launcher_unread as sw_unread } from '../locales/sw.json';

export const EDGE = 12;
export const SIZE = 56;

export interface LauncherOptions {
	color: string | undefined;
	text: string | undefined;
	side: 'left' | 'right';
}

export interface Launcher {
	element: HTMLButtonElement;
	setOpen(open: boolean): void;
	setUnread(count: number): void;
	setHidden(hidden: boolean): void;
}

type Css = Partial<Record<keyof CSSStyleDeclaration, string>>;

const SVG = 'http://www.w3.org/2000/svg';
const BUBBLE = 'M12 3.5c5 0 9 3.4 9 7.6s-4 7.6-9 7.6c-1 0-2-.1-2.9-.4' +
	'L4.6 20.4l.9-3.6C3.9 15.4 3 13.4 3 11.1c0-4.2 4-7.6 9-7.6z';
const CHEVRON = 'M5 9l7 7 7-7';
const inset = (side: string) => `env(safe-area-inset-${side}, 0px)`;

export function calm(): boolean
{
	return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

export function css(element: HTMLElement | SVGElement, style: Css): void
{
	Object.assign(element.style, style);
}

function words(): [open: string, close: string, unread: string]
{
	return /^sw\b/i.test(navigator.language)
		? [sw_open, sw_close, sw_unread]
		: [launcher_open, launcher_close, launcher_unread];
}

function icon(path: string, transition: string): SVGSVGElement
{
	const svg = document.createElementNS(SVG, 'svg') as SVGSVGElement;
	const line = document.createElementNS(SVG, 'path');

	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('aria-hidden', 'true');
	line.setAttribute('d', path);
	svg.append(line);
	/* As style, for rules of the page outweigh attributes. */
	for (const element of [svg, line])
		css(element, { display: 'block', fill: 'none',
			stroke: 'currentColor', strokeWidth: '2', color: 'inherit',
			strokeLinecap: 'round', strokeLinejoin: 'round' });
	css(svg, { position: 'absolute', left: '14px', top: '14px',
		width: '26px', height: '26px', margin: '0', transition });
	return svg;
}

function badge(): HTMLSpanElement
{
	const span = document.createElement('span');

	span.setAttribute('aria-hidden', 'true');
	css(span, { position: 'absolute', top: '-5px', right: '-5px',
		minWidth: '20px', height: '20px', padding: '0 6px',
		boxSizing: 'border-box', borderRadius: '10px',
		background: '#c62a2a', color: '#fff', font: 'inherit',
		fontSize: '12px', fontWeight: '600', lineHeight: '20px',
		textAlign: 'center', display: 'none' });
	return span;
}

function dress(button: HTMLButtonElement, options: LauncherOptions): void
{
	const brand = parseColor(options.color) ?? [0, 102, 255] as const;
	const on = textOn(brand);

	css(button, { all: 'initial' });
	css(button, {
		position: 'fixed', zIndex: '2147483647', boxSizing: 'border-box',
		bottom: `calc(${EDGE}px + ${inset('bottom')})`,
		[options.side]: `calc(${EDGE}px + ${inset(options.side)})`,
		height: `${SIZE}px`, minWidth: `${SIZE}px`,
		border: '1px solid transparent', borderRadius: `${SIZE / 2}px`,
		background: toHex(readableOn(brand, on, 4.5)), color: toHex(on),
		font: '600 15px/1 system-ui, -apple-system, "Segoe UI", Roboto, ' +
			'"Noto Sans", sans-serif',
		boxShadow: '0 2px 6px rgba(19,25,36,.16), ' +
			'0 8px 24px rgba(19,25,36,.18)',
		cursor: 'pointer', outlineOffset: '2px',
		touchAction: 'manipulation', userSelect: 'none',
		transition: calm() ? 'none' : 'transform 120ms ease-out',
		/* Never scrolled to: a place to read the safe area from. */
		scrollMargin: ['top', 'right', 'bottom', 'left']
			.map(inset).join(' '),
	});
}

/* What :hover and :focus-visible would do in a style sheet. */
function react(button: HTMLButtonElement): void
{
	const on = (type: string, fn: () => void) =>
		button.addEventListener(type, fn);

	on('pointerenter', () => css(button,
		{ transform: calm() ? 'none' : 'scale(1.05)' }));
	on('pointerleave', () => css(button, { transform: 'none' }));
	on('focus', () => css(button, {
		outline: button.matches(':focus-visible')
			? `2px solid ${button.style.backgroundColor}` : 'none',
	}));
	on('blur', () => css(button, { outline: 'none' }));
}

interface State {
	open: boolean;
	unread: number;
}

/* Draws a state; gives back the function that does. */
function face(button: HTMLButtonElement, text: string):
	(state: State) => void
{
	const fade = calm() ? 'none'
		: 'opacity 120ms ease-out, transform 200ms ease-out';
	const [bubble, chevron, mark] =
		[icon(BUBBLE, fade), icon(CHEVRON, fade), badge()];
	const label = document.createTextNode('');
	const [openWord, closeWord, unreadWord] = words();

	button.append(bubble, chevron, label, mark);
	return ({ open, unread }) => {
		const unseen = unread > 0 && !open;

		/* Open, the pill becomes the circle with the chevron. */
		label.data = open ? '' : text;
		css(button, { padding: label.data ? '0 22px 0 52px' : '0' });
		css(bubble, { opacity: open ? '0' : '1',
			transform: open ? 'rotate(30deg) scale(.5)' : 'none' });
		css(chevron, { opacity: open ? '1' : '0',
			transform: open ? 'none' : 'rotate(-30deg) scale(.5)' });
		css(mark, { display: unseen ? 'block' : 'none' });
		mark.textContent = unread > 99 ? '99+' : `${unread}`;
		button.setAttribute('aria-expanded', `${open}`);
		button.setAttribute('aria-label', open ? closeWord : unseen
			? `${text} ${unreadWord}`.trim()
				.replace('{count}', `${unread}`)
			: text || openWord);
	};
}

export function createLauncher(options: LauncherOptions,
	onToggle: () => void): Launcher
{
	const button = document.createElement('button');
	const show = face(button, options.text ?? '');
	const state: State = { open: false, unread: 0 };

	button.id = 'baraza-launcher';
	button.type = 'button';
	button.dataset.testid = 'launcher';
	dress(button, options);
	react(button);
	button.addEventListener('click', onToggle);
	button.addEventListener('keydown', ({ key }) => {
		if (key === 'Escape' && state.open)
			onToggle();
	});
	show(state);
	return {
		element: button,
		setOpen: (open) => show(Object.assign(state, { open })),
		setUnread: (unread) => show(Object.assign(state, { unread })),
		setHidden: (hidden) =>
			css(button, { visibility: hidden ? 'hidden' : 'visible' }),
	};
}
