/* peek.ts: the card beside the button of a closed chat: what it begins with, or
 * what came meanwhile */
/* SPDX-License-Identifier: MIT */

import { wordsOf } from './host-words';
import { calm, css, EDGE, SIZE } from './launcher';
import { setting } from './seat';
import type { Seat } from './seat';

const WIDTH = 280;
const FONT = '400 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, ' +
	'"Noto Sans", sans-serif';

export interface Peek {
	show(lines: readonly string[]): void;
	hide(): void;
	remove(): void;
}

function dark(seat: Seat): boolean
{
	const theme = setting(seat, 'theme');

	return /^dark\b/.test(theme) || (!/^light\b/.test(theme) &&
		matchMedia('(prefers-color-scheme: dark)').matches);
}

function plain<K extends 'div' | 'button' | 'p'>(name: K):
	HTMLElementTagNameMap[K]
{
	const element = document.createElement(name);

	css(element, { all: 'initial' });
	css(element, { boxSizing: 'border-box', font: FONT, color: 'inherit' });
	return element;
}

function makeCard(seat: Seat): HTMLElement
{
	const card = plain('div');
	const night = dark(seat);
	const position = setting(seat, 'position');

	card.id = 'baraza-peek';
	card.setAttribute('role', 'status');
	css(card, {
		position: 'fixed', zIndex: '2147483645', display: 'none',
		[/^top/.test(position) ? 'top' : 'bottom']:
			`${EDGE * 2 + SIZE}px`,
		[/left/.test(position) ? 'left' : 'right']: `${EDGE}px`,
		width: `${Math.min(WIDTH, innerWidth - 2 * EDGE)}px`,
		padding: '12px 36px 12px 16px', borderRadius: '12px',
		background: night ? '#1b2230' : '#fff',
		color: night ? '#e8ecf3' : '#1d2433',
		border: `1px solid ${night ? '#323b4d' : '#e3e7ee'}`,
		boxShadow: '0 2px 6px rgba(19,25,36,.08), ' +
			'0 8px 24px rgba(19,25,36,.14)',
		transition: calm() ? 'none' : 'opacity 200ms ease-out',
	});
	return card;
}

function closeButton(seat: Seat, onClick: () => void): HTMLElement
{
	const button = plain('button');

	button.type = 'button';
	button.textContent = '×';
	button.setAttribute('aria-label', wordsOf(seat).peek_close);
	css(button, { position: 'absolute', top: '4px', right: '4px',
		width: '28px', height: '28px', borderRadius: '6px',
		fontSize: '18px', lineHeight: '28px', textAlign: 'center',
		cursor: 'pointer' });
	button.addEventListener('focus', () => css(button, { outline:
		button.matches(':focus-visible') ? '2px solid' : 'none' }));
	button.addEventListener('blur', () => css(button, { outline: 'none' }));
	button.addEventListener('click', onClick);
	return button;
}

export function createPeek(seat: Seat, onOpen: () => void): Peek
{
	const card = makeCard(seat);
	const body = plain('button');
	const hide = () => css(card, { display: 'none' });

	body.type = 'button';
	css(body, { display: 'block', width: '100%', cursor: 'pointer',
		textAlign: 'start' });
	body.addEventListener('click', onOpen);
	card.append(body, closeButton(seat, hide));
	seat.root.appendChild(card);
	return {
		show: (lines) => {
			body.replaceChildren(...lines.map((line) => {
				const p = plain('p');

				p.dir = 'auto';
				p.textContent = line;
				css(p, { display: '-webkit-box', margin: '2px 0',
					overflow: 'hidden', overflowWrap: 'anywhere',
					cursor: 'pointer', webkitLineClamp: '3',
					webkitBoxOrient: 'vertical' });
				return p;
			}));
			css(card, { display: 'block' });
		},
		hide,
		remove: () => card.remove(),
	};
}
