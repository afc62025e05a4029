/* sound.ts: two soft notes, and whether the visitor wants them: not unless
 * asked for */

import type { SafeStorage } from '../shared/storage';
import { Store } from '../shared/store';

const KEY = 'baraza_sound';
const NOTES = [[660, 0], [880, 0.09]] as const;
const LOUD = 0.06;
const LONG_S = 0.22;

export function canSound(): boolean
{
	return typeof window.AudioContext === 'function';
}

export class Sound {
	readonly on: Store<boolean>;
	/* How often it was heard. */
	private context: AudioContext | undefined;

	constructor(private readonly storage: SafeStorage)
	{
		this.on = new Store(storage.get(KEY) === '1');
	}

	/* The first note is played on a click, which browsers ask for. */
	readonly toggle = (): void => {
		this.on.update((on) => !on);
		if (this.on.get()) {
			this.storage.set(KEY, '1');
			this.play();
		} else {
			this.storage.remove(KEY);
		}
	};

	readonly play = (): void => {
		try {
			const context = this.context ??= new AudioContext();

			void context.resume();
			for (const [pitch, after] of NOTES)
				note(context, pitch, context.currentTime + after);
		} catch {
			/* No output: then it is silent. */
		}
	};
}

function note(context: AudioContext, pitch: number, at: number): void
{
	const tone = context.createOscillator();
	const gain = context.createGain();

	tone.frequency.value = pitch;
	gain.gain.setValueAtTime(0, at);
	gain.gain.linearRampToValueAtTime(LOUD, at + 0.015);
	gain.gain.exponentialRampToValueAtTime(0.0001, at + LONG_S);
	tone.connect(gain).connect(context.destination);
	tone.start(at);
	tone.stop(at + LONG_S);
}
