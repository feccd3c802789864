/** Files of a message: pictures to be seen, everything else to be saved. Nothing is opened in the page. */
import { IconFile } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fileAt } from './calls';
import classes from './messages.module.css';
import type { Attached } from './types';

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);
const WIDEST_PX = 320;
const TALLEST_PX = 240;
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function sizeOf(bytes: number, language: string): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return (bytes / 1000 ** step).toLocaleString(language, { style: 'unit', unit: UNITS[step], unitDisplay: 'short', maximumFractionDigits: 1 });
}

export function Files({ files }: { files: readonly Attached[] }) {
  return (
    <ul className={classes.files}>
      {files.map((file) => (
        <li key={file.id}>{PICTURES.has(file.media_type) ? <Picture file={file} /> : <Link file={file} />}</li>
      ))}
    </ul>
  );
}

/** The size is known before the picture is: nothing moves when it arrives. */
function Picture({ file }: { file: Attached }) {
  const { t } = useTranslation();
  const [isGone, lose] = useState(false);
  if (isGone) return <Link file={file} />;
  const scale = file.width && file.height ? Math.min(1, WIDEST_PX / file.width, TALLEST_PX / file.height) : null;
  const size = scale ? { width: Math.max(24, Math.round(file.width! * scale)), height: Math.max(24, Math.round(file.height! * scale)) } : { height: TALLEST_PX };
  return (
    <a href={fileAt(file.id)} download={file.name} title={t('inbox.saveFile', { name: file.name })}>
      <img className={classes.picture} src={fileAt(file.id)} alt={file.name} loading="lazy" decoding="async" {...size} onError={() => lose(true)} />
    </a>
  );
}

function Link({ file }: { file: Attached }) {
  const { i18n } = useTranslation();
  return (
    <a className={classes.file} href={fileAt(file.id)} download={file.name}>
      <IconFile size={16} aria-hidden />
      <span>
        <b>{file.name}</b>
        <small>{sizeOf(file.size, i18n.language)}</small>
      </span>
    </a>
  );
}
