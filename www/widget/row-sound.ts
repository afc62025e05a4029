/* row-sound.ts: a sound with each new message, if the visitor wants one */

import { useEffect } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import { SoundIcon } from './icons';
import type { RowHook } from './here';
import { Sound, canSound } from './sound';
import { useWords } from './words';

let sound: Sound | undefined;

export const useSound: RowHook = ({ chat, storage }) => {
	const { t } = useWords();

	sound ??= new Sound(storage);
	const { on, play, toggle } = sound;
	const wanted = useStore(on);
	const count = useStore(chat.arrivals);

	useEffect(() => {
		if (count > 0 && wanted)
			play();
	}, [count]);
	return canSound() ? {
		id: 'sound', label: t('menu_sound'), Icon: SoundIcon,
		checked: wanted, run: toggle,
	} : null;
};
