/* panel.ts: the iframe on the customer's page: made at the first opening,
 * beside the launcher on wide screens, the whole screen on small ones, and
 * always inside the part of the window that the on-screen keyboard leaves */

import { calm, css, EDGE, SIZE } from './launcher';
import type { SafeArea } from './bridge';

const WIDTH = 380;
const HEIGHT = 600;
const SMALL_WIDTH = 480;
const SMALL_HEIGHT = 420;

export interface Panel {
	element: HTMLIFrameElement;
	setOpen(open: boolean): void;
	/* Fits the panel to the window as it is now. */
	place(): { fullscreen: boolean; height: number; safe: SafeArea };
}

function dark(theme: string | undefined): boolean
{
	return theme === 'dark' || (theme !== 'light' &&
		matchMedia('(prefers-color-scheme: dark)').matches);
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

function makeFrame(src: string, title: string,
	theme: string | undefined): HTMLIFrameElement
{
	const frame = document.createElement('iframe');

	frame.id = 'baraza-frame';
	frame.title = title;
	frame.src = src;
	frame.allow = 'clipboard-write';
	// The server looks whether this page is on the widget's list, whatever
	// the page's own policy is.
	frame.referrerPolicy = 'strict-origin';
	css(frame, { all: 'initial' });
	css(frame, {
		position: 'fixed', zIndex: '2147483646', border: '0',
		opacity: '0', visibility: 'hidden', overflow: 'hidden',
		background: dark(theme) ? '#10151e' : '#fff',
		colorScheme: theme === 'dark' || theme === 'light'
			? theme : 'light dark',
		boxShadow: '0 4px 12px rgba(19,25,36,.08), ' +
			'0 16px 48px rgba(19,25,36,.22)',
		transform: 'translateY(8px)',
		transition: calm() ? 'none' : 'opacity 200ms ease-out, ' +
			'transform 200ms ease-out, visibility 200ms',
	});
	return frame;
}

export function createPanel(src: string, title: string,
	side: 'left' | 'right', theme: string | undefined,
	launcher: HTMLElement): Panel
{
	const frame = makeFrame(src, title, theme);
	const view = window.visualViewport;
	const other = side === 'left' ? 'right' : 'left';

	return {
		element: frame,
		setOpen: (open) => css(frame, {
			opacity: open ? '1' : '0',
			visibility: open ? 'visible' : 'hidden',
			transform: open ? 'none' : 'translateY(8px)',
		}),
		place: () => {
			const safe = safeArea(launcher);
			const height = view?.height ?? innerHeight;
			const fullscreen = innerWidth < SMALL_WIDTH ||
				innerHeight < SMALL_HEIGHT;
			const above = EDGE * 2 + SIZE + safe.bottom;

			css(frame, fullscreen ? {
				inset: 'auto', top: `${view?.offsetTop ?? 0}px`,
				left: `${view?.offsetLeft ?? 0}px`,
				width: `${view?.width ?? innerWidth}px`,
				height: `${height}px`, borderRadius: '0',
			} : {
				top: 'auto', [other]: 'auto', bottom: `${above}px`,
				[side]: `${EDGE + safe[side]}px`,
				width: `${WIDTH}px`, borderRadius: '12px',
				height: `${Math.min(HEIGHT,
					innerHeight - above - EDGE)}px`,
			});
			return { fullscreen, height, safe };
		},
	};
}
