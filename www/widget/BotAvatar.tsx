/* BotAvatar.tsx: the picture or the drawing that stands for the bot */

import { safeUrl } from '../shared/text';
import avatars from './avatars.json';
import { ChatIcon } from './icons';
import { useSettings } from './words';

export function BotAvatar({ size = 15, slot = 'bot' }:
	{ size?: number; slot?: 'bot' | 'bar' })
{
	const { icons, bot_avatar_icon: name } = useSettings();
	const url = safeUrl(icons[slot] ?? icons.bot);
	const path = Object.prototype.hasOwnProperty.call(avatars, name)
		? avatars[name as keyof typeof avatars] : null;

	if (url)
		return <img src={url} alt="" class="avatar-picture" />;
	return path === null ? <ChatIcon size={size} /> : (
		<svg viewBox="0 0 24 24" width={size} height={size} fill="none"
			stroke="currentColor" stroke-width="2" data-icon={name}
			stroke-linecap="round" stroke-linejoin="round"
			aria-hidden="true" focusable="false">
			<path d={path} />
		</svg>
	);
}
