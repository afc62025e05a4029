/* overlay.ts: the one thing that lies above the thread: a dialog whose code is
 * loaded when it is first opened */

import type { ComponentType } from 'preact';
import { Store } from '../shared/store';

export interface OverlayProps {
	onClose(): void;
}

export type Load = () => Promise<{ default: ComponentType<OverlayProps> }>;

export interface Shown {
	/* null while it loads. */
	Part: ComponentType<OverlayProps> | null;
	failed: boolean;
	again(): void;
}

export class Overlay extends Store<Shown | null> {
	constructor()
	{
		super(null);
	}

	open(load: Load): void
	{
		const again = () => this.open(load);
		const mine: Shown = { Part: null, failed: false, again };

		this.set(mine);
		load().then(({ default: Part }) => {
			if (this.get() === mine)
				this.set({ Part, failed: false, again });
		}, () => {
			if (this.get() === mine)
				this.set({ Part: null, failed: true, again });
		});
	}

	close(): void
	{
		this.set(null);
	}
}
