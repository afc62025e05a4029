/* Foot.tsx: what stands around the input: that one is offline, and what the
 * chat is made with */

import { useEffect, useState } from 'preact/hooks';
import { OfflineIcon } from './icons';
import { useSettings, useWords } from './words';

const PRODUCT = 'Baraza';

function useOnline(): boolean
{
	const [online, setOnline] = useState(navigator.onLine);

	useEffect(() => {
		const change = () => setOnline(navigator.onLine);

		window.addEventListener('online', change);
		window.addEventListener('offline', change);
		return () => {
			window.removeEventListener('online', change);
			window.removeEventListener('offline', change);
		};
	}, []);
	return online;
}

/* The region stays, so that its text is noticed. */
export function Offline()
{
	const { t } = useWords();
	const online = useOnline();

	return (
		<div role="status">
			{!online && <p class="offline" data-testid="offline">
				<OfflineIcon size={16} /> <span>{t('offline')}</span>
			</p>}
		</div>
	);
}

export function PoweredBy()
{
	const { t } = useWords();
	const { powered_by: shown } = useSettings();

	return shown ? <p class="powered" data-testid="powered-by">
		{t('powered_by', { name: PRODUCT })}</p> : null;
}
