/* icons.tsx: the widget's drawings; decoration only, the names are on the
 * buttons that hold them */

import type { ComponentChildren } from 'preact';

interface IconProps {
	size?: number;
}

function Icon({ size = 20, children }:
	IconProps & { children: ComponentChildren })
{
	return (
		<svg viewBox="0 0 24 24" width={size} height={size} fill="none"
			stroke="currentColor" stroke-width="2"
			stroke-linecap="round" stroke-linejoin="round"
			aria-hidden="true" focusable="false">
			{children}
		</svg>
	);
}

export const CloseIcon = (p: IconProps) =>
	<Icon {...p}><path d="M6 6l12 12M18 6L6 18" /></Icon>;
export const SendIcon = (p: IconProps) =>
	<Icon {...p}><path d="M12 19V5M5.5 11.5L12 5l6.5 6.5" /></Icon>;
export const ClipIcon = (p: IconProps) =>
	<Icon {...p}><path d="M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1
		4.7 4.7L9.7 17.2a1.7 1.7 0 0 1-2.4-2.4l7.7-7.7" /></Icon>;
export const DownIcon = (p: IconProps) =>
	<Icon {...p}><path d="M6 9l6 6 6-6" /></Icon>;
export const NextIcon = (p: IconProps) =>
	<Icon {...p}><path d="M9 6l6 6-6 6" /></Icon>;
export const PreviousIcon = (p: IconProps) =>
	<Icon {...p}><path d="M15 6l-6 6 6 6" /></Icon>;
export const CheckIcon = (p: IconProps) =>
	<Icon {...p}><path d="M5 12.5l4.5 4.5L19 7.5" /></Icon>;
export const RetryIcon = (p: IconProps) =>
	<Icon {...p}><path d="M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6" /></Icon>;
export const AlertIcon = (p: IconProps) =>
	<Icon {...p}><circle cx="12" cy="12" r="9" />
		<path d="M12 7.5v5.5M12 16.5v.1" /></Icon>;
export const FileIcon = (p: IconProps) =>
	<Icon {...p}><path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0
		2-2V8zM14 3v5h5" /></Icon>;
export const DownloadIcon = (p: IconProps) =>
	<Icon {...p}><path d="M12 4v11M7 11l5 5 5-5M5 20h14" /></Icon>;
export const ChatIcon = (p: IconProps) =>
	<Icon {...p}><path d="M12 3.5c5 0 9 3.4 9 7.6s-4 7.6-9 7.6c-1
		0-2-.1-2.9-.4L4.6 20.4l.9-3.6C3.9 15.4 3 13.4 3 11.1c0-4.2
		4-7.6 9-7.6z" /></Icon>;
export const MoreIcon = (p: IconProps) =>
	<Icon {...p}><path d="M12 5.5v.1M12 12v.1M12 18.5v.1"
		stroke-width="3" /></Icon>;
export const GlobeIcon = (p: IconProps) =>
	<Icon {...p}><circle cx="12" cy="12" r="9" /><path d="M3 12h18M12 3c5 5.2
		5 12.8 0 18M12 3c-5 5.2-5 12.8 0 18" /></Icon>;
export const RestartIcon = (p: IconProps) =>
	<Icon {...p}><path d="M4 11a8 8 0 1 1 2.3 6.3M4 5v6h6" /></Icon>;
export const MaximizeIcon = (p: IconProps) =>
	<Icon {...p}><path d="M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7" /></Icon>;
export const MinimizeIcon = (p: IconProps) =>
	<Icon {...p}><path d="M20 10h-6V4M14 10l6-6M4 14h6v6M10 14l-6 6" /></Icon>;
export const SoundIcon = (p: IconProps) =>
	<Icon {...p}><path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4"
		/></Icon>;
export const PrintIcon = (p: IconProps) =>
	<Icon {...p}><path d="M7 9V4h10v5M7 18H4v-7h16v7h-3M7 15h10v5H7z" /></Icon>;
export const OfflineIcon = (p: IconProps) =>
	<Icon {...p}><path d="M3 3l18 18M8.5 16a5 5 0 0 1 6 0M5 12.5a10 10 0 0 1
		4-2.4M19 12.5a10 10 0 0 0-5-2.6M2 9a15 15 0 0 1 4-2.5M22 9a15 15 0 0
		0-11-3.9M12 19.5v.1" /></Icon>;
