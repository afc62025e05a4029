/* RestartDialog.tsx: asks before another conversation begins */

import { Modal } from './Modal';
import { useWidget } from './here';
import type { OverlayProps } from './overlay';
import { useWords } from './words';

export default function RestartDialog({ onClose }: OverlayProps)
{
	const { t } = useWords();
	const { restart } = useWidget();

	return (
		<Modal title={t('menu_restart')} testid="restart-dialog"
			onClose={onClose}>
			<div class="sheet-text">
				<p dir="auto">{t('restart_confirm')}</p>
				<div class="sheet-actions">
					<button type="button" class="button-quiet"
						data-testid="restart-no" onClick={onClose}>
						{t('confirm_no')}
					</button>
					<button type="button" class="button"
						data-testid="restart-yes"
						onClick={() => {
							onClose();
							restart();
						}}>
						{t('confirm_yes')}
					</button>
				</div>
			</div>
		</Modal>
	);
}
