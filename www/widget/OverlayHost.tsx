/* OverlayHost.tsx: where a dialog of overlay.ts is drawn */

import { useStore } from '../shared/hooks';
import { Modal } from './Modal';
import type { Overlay } from './overlay';
import { useWords } from './words';

export function OverlayHost({ overlay }: { overlay: Overlay })
{
	const { t } = useWords();
	const shown = useStore(overlay);
	const close = () => overlay.close();

	if (!shown)
		return null;
	if (shown.Part)
		return <shown.Part onClose={close} />;
	/* What loads in a moment is not announced. */
	if (!shown.failed)
		return null;
	return (
		<Modal title={t('error_title')} testid="overlay-failed"
			onClose={close}>
			<div class="sheet-text" role="alert">
				<p>{t('error_part')}</p>
				<button type="button" class="button"
					onClick={shown.again}>{t('error_retry')}</button>
			</div>
		</Modal>
	);
}
