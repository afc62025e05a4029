/* launcher.ts: the round button on the customer's page. Its whole look is set
 * through element.style, so that a strict CSP of the page lets it be, and is
 * important, so that the page's own rules do. */
/* SPDX-License-Identifier: MIT */

import type { Words } from './seat';

export const EDGE = 12;
export const SIZE = 56;

export interface LauncherOptions {
	color: string | undefined;
	text: string | undefined;
	/* A path to draw, or the address of a picture; else the bubble. */
	icon: string;
	side: 'left' | 'right';
	edge: 'top' | 'bottom';
	words: Words;
}

export interface Launcher {
	element: HTMLButtonElement;
	setOpen(open: boolean): void;
	setShown(shown: boolean): void;
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
	for (const [name, value] of Object.entries(style))
		element.style.setProperty(name.replace(/[A-Z]|^webkit/g,
			(c) => '-' + c.toLowerCase()), value ?? '', 'important');
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

/* The owner's picture. */
function picture(src: string, transition: string): HTMLElement | SVGElement
{
	const img = new Image();

	img.alt = '';
	img.src = src;
	css(img, { position: 'absolute', left: '7px', top: '7px', width: '40px',
		height: '40px', borderRadius: '50%', objectFit: 'cover',
		transition });
	return img;
}

/* #rrggbb; the house's when it is no colour. */
function plainColor(text = ''): string
{
	const hex = text.replace(/^#?(\w)(\w)(\w)$/, '$1$1$2$2$3$3')
		.replace('#', '');

	return /^[\da-f]{6}$/i.test(hex) ? `#${hex}` : '#0066ff';
}

/* Dark enough for white on it: a contrast of 4.5 (WCAG). On what is not, black
 * has more. */
function isDark(color: string): boolean
{
	const [r, g, b] = [1, 3, 5].map((i) => {
		const c = parseInt(color.slice(i, i + 2), 16) / 255;

		return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	});

	return 0.2126 * r! + 0.7152 * g! + 0.0722 * b! <= 1.05 / 4.5 - 0.05;
}

function dress(button: HTMLButtonElement, options: LauncherOptions): void
{
	const fill = plainColor(options.color);

	css(button, {
		all: 'initial', position: 'fixed', zIndex: '2147483647', boxSizing: 'border-box',
		[options.edge]: `calc(${EDGE}px + ${inset(options.edge)})`,
		[options.side]: `calc(${EDGE}px + ${inset(options.side)})`,
		height: `${SIZE}px`, minWidth: `${SIZE}px`,
		border: '1px solid transparent', borderRadius: `${SIZE / 2}px`,
		background: fill, color: isDark(fill) ? '#fff' : '#000',
		font: '600 15px/1 system-ui, -apple-system, "Segoe UI", Roboto, ' +
			'"Noto Sans", sans-serif',
		boxShadow: '0 2px 6px rgba(19,25,36,.16), ' +
			'0 8px 24px rgba(19,25,36,.18)',
		cursor: 'pointer', outlineOffset: '2px',
		touchAction: 'manipulation',
		transition: calm() ? 'none' : 'transform 120ms ease-out',
		/* Never scrolled to: a place to read the safe area from. */
		scrollMargin: ['top', 'right', 'bottom', 'left']
			.map(inset).join(' '),
	});
}

/* What :hover and :focus-visible would do in a style sheet. */
function react(button: HTMLButtonElement): void
{
	button.onpointerenter = button.onpointerleave = ({ type }) =>
		css(button, { transform: type.endsWith('r') && !calm()
			? 'scale(1.05)' : 'none' });
	button.onfocus = button.onblur = () =>
		css(button, { outline: button.matches(':focus-visible')
			? `2px solid ${button.style.backgroundColor}` : 'none' });
}

/* Draws a state; gives back the function that does. */
function face(button: HTMLButtonElement,
	{ text = '', words, icon: name }: LauncherOptions): (open: boolean) => void
{
	const fade = calm() ? 'none'
		: 'opacity 120ms ease-out, transform 200ms ease-out';
	const bubble = /[/:]/.test(name) ? picture(name, fade)
		: icon(name || BUBBLE, fade);
	const chevron = icon(CHEVRON, fade);
	const label = document.createTextNode('');

	button.append(bubble, chevron, label);
	return (open) => {
		/* Open, the pill becomes the circle with the chevron. */
		label.data = open ? '' : text;
		css(button, { padding: label.data ? '0 22px 0 52px' : '0' });
		css(bubble, { opacity: open ? '0' : '1',
			transform: open ? 'rotate(30deg) scale(.5)' : 'none' });
		css(chevron, { opacity: open ? '1' : '0',
			transform: open ? 'none' : 'rotate(-30deg) scale(.5)' });
		button.setAttribute('aria-expanded', `${open}`);
		button.setAttribute('aria-label', open ? words.launcher_close
			: text || words.launcher_open);
	};
}

export function createLauncher(options: LauncherOptions,
	onToggle: () => void): Launcher
{
	const button = document.createElement('button');
	const show = face(button, options);

	button.id = 'baraza-launcher';
	button.type = 'button';
	button.dir = 'auto';
	button.dataset.testid = 'launcher';
	dress(button, options);
	react(button);
	button.addEventListener('click', onToggle);
	button.addEventListener('keydown', ({ key }) => {
		if (key === 'Escape' &&
		    button.getAttribute('aria-expanded') === 'true')
			onToggle();
	});
	show(false);
	return {
		element: button,
		setOpen: show,
		setShown: (shown) =>
			css(button, { display: shown ? 'inline-block' : 'none' }),
	};
}
