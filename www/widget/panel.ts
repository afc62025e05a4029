/* panel.ts: the iframe on the customer's page: made at the first opening,
 * beside the launcher on wide screens, the whole screen on small ones, and
 * always inside the part of the window that the on-screen keyboard leaves */
/* SPDX-License-Identifier: MIT */

import { calm, css, EDGE, SIZE } from './launcher';
import { setting } from './seat';
import type { Seat } from './seat';
import type { SafeArea } from './bridge';

const WIDTH = 380;
const HEIGHT = 600;
/* popout, and what the visitor can make of any other. */
const WIDE_WIDTH = 680;
const WIDE_HEIGHT = 680;
const MAX_WIDTH = 960;
const SMALL_WIDTH = 480;
const SMALL_HEIGHT = 420;

export interface View {
	fullscreen: boolean;
	height: number;
	safe: SafeArea;
	maximized: boolean;
}

export interface Panel {
	element: HTMLIFrameElement;
	setOpen(open: boolean): void;
	/* Fits the panel to the window as it is now. */
	place(maximized: boolean): View;
}

function safeArea(launcher: HTMLElement): SafeArea
{
	const style = getComputedStyle(launcher);
	const px = (value: string) => parseFloat(value) || 0;

	return {
		top: px(style.scrollMarginTop), right: px(style.scrollMarginRight),
		bottom: px(style.scrollMarginBottom),
		left: px(style.scrollMarginLeft),
	};
}

/* light, dark, or as the visitor's system is. */
function schemeOf(seat: Seat): string
{
	const name = /^\s*(light|dark)\b/.exec(setting(seat, 'theme'))?.[1];

	return name ?? 'light dark';
}

function groundOf(scheme: string): string
{
	return scheme === 'dark' || (scheme !== 'light' &&
		matchMedia('(prefers-color-scheme: dark)').matches)
		? '#10151e' : '#fff';
}

function frameUrl({ origin, widget, config }: Seat): string
{
	const id = config.widget_id ?? widget;

	/* The fragment says that somebody will speak to it. */
	return origin + (id ? `/integrations/widget/${encodeURIComponent(id)}`
		: '/chat-widget') + '/frame#hosted';
}

function makeFrame(seat: Seat, title: string): HTMLIFrameElement
{
	const frame = document.createElement('iframe');
	const scheme = schemeOf(seat);

	frame.id = 'baraza-frame';
	frame.title = title;
	frame.src = frameUrl(seat);
	frame.allow = 'clipboard-write; microphone; autoplay';
	frame.referrerPolicy = 'strict-origin';
	css(frame, { all: 'initial' });
	css(frame, {
		position: 'fixed', zIndex: '2147483646', border: '0',
		opacity: '0', visibility: 'hidden', overflow: 'hidden',
		background: groundOf(scheme), colorScheme: scheme,
		boxShadow: '0 4px 12px rgba(19,25,36,.08), ' +
			'0 16px 48px rgba(19,25,36,.22)',
		transform: 'translateY(8px)',
		transition: calm() ? 'none' : 'opacity 200ms ease-out, ' +
			'transform 200ms ease-out, visibility 200ms',
	});
	return frame;
}

function size(seat: Seat, layout: string): [width: number, height: number]
{
	return layout === 'popout' ? [WIDE_WIDTH, WIDE_HEIGHT]
		: [Number(setting(seat, 'width')) || WIDTH,
			Number(setting(seat, 'height')) || HEIGHT];
}

/* Above or below the button, in its corner. */
function corner(frame: HTMLElement, seat: Seat, safe: SafeArea,
	[width, height]: [number, number]): void
{
	const position = setting(seat, 'position');
	const side = /left/.test(position) ? 'left' : 'right';
	const edge = /^top/.test(position) ? 'top' : 'bottom';
	const off = EDGE + safe[edge] +
		(seat.props.hideButton === undefined ? EDGE + SIZE : 0);

	css(frame, {
		top: 'auto', right: 'auto', bottom: 'auto', left: 'auto',
		[edge]: `${off}px`, [side]: `${EDGE + safe[side]}px`,
		width: `${Math.min(width, innerWidth - 2 * EDGE)}px`,
		height: `${Math.min(height, innerHeight - off - EDGE)}px`,
		borderRadius: '12px',
	});
}

function cover(frame: HTMLElement, view: VisualViewport | null): void
{
	css(frame, {
		right: 'auto', bottom: 'auto', top: `${view?.offsetTop ?? 0}px`,
		left: `${view?.offsetLeft ?? 0}px`,
		width: `${view?.width ?? innerWidth}px`,
		height: `${view?.height ?? innerHeight}px`, borderRadius: '0',
	});
}

export function createPanel(seat: Seat, title: string): Panel
{
	const frame = makeFrame(seat, title);
	const view = window.visualViewport;
	const layout = setting(seat, 'layout');
	const inline = layout === 'inline';

	return {
		element: frame,
		setOpen: (open) => css(frame, {
			opacity: open ? '1' : '0',
			visibility: open ? 'visible' : 'hidden',
			transform: open ? 'none' : 'translateY(8px)',
		}),
		place: (maximized) => {
			const safe = safeArea(seat.launcher.element);
			const height = view?.height ?? innerHeight;
			const fullscreen = !inline && (layout === 'fullscreen' ||
				setting(seat, 'position') === 'fullscreen' ||
				innerWidth < SMALL_WIDTH ||
				innerHeight < SMALL_HEIGHT);

			if (inline)
				css(frame, { position: 'static', display: 'block',
					width: '100%', boxShadow: 'none',
					height: `${size(seat, '')[1]}px` });
			else if (fullscreen)
				cover(frame, view);
			else
				corner(frame, seat, safe, maximized
					? [MAX_WIDTH, Infinity] : size(seat, layout));
			return { fullscreen, height, safe, maximized };
		},
	};
}
