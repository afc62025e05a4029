/* here.ts: what every part of the panel may ask for, and what a row of the
 * header's menu is. Each feature that has one brings a hook that gives it, or
 * null while there is nothing to choose: one line in the list of menu-rows.ts. */

import { createContext } from 'preact';
import type { ComponentType } from 'preact';
import { useContext } from 'preact/hooks';
import type { SafeStorage } from '../shared/storage';
import type { Chat } from './chat';
import type { Frame } from './frame';
import type { Languages } from './languages';
import type { Overlay } from './overlay';

/* What every part of the panel may ask for: useWidget(). */
export interface Widget {
	chat: Chat;
	frame: Frame;
	languages: Languages;
	/* What lies above the thread: dialogs that are loaded when opened. */
	overlay: Overlay;
	storage: SafeStorage;
	/* Begins another conversation. */
	restart(): void;
}

export interface MenuRow {
	/* data-testid is `menu-ID`. */
	id: string;
	label: string;
	Icon: ComponentType<{ size?: number }>;
	/* A switch that is on or off; without it the row does something. */
	checked?: boolean;
	run(): void;
}

/* The same hooks run in every rendering. */
export type RowHook = (widget: Widget) => MenuRow | null;

const Here = createContext<Widget | null>(null);

export const WidgetProvider = Here.Provider;

export function useWidget(): Widget
{
	return useContext(Here)!;
}
