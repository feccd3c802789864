/** The drawing: land, what is known of a country alone, and circles that are as wide as what is not known. */
import { ActionIcon, Stack, Tooltip } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { IconMinus, IconPlus, IconWorld } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { geoCircle, geoPath } from 'd3-geo';
import { type KeyboardEvent, memo, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Asked } from '../contacts/asked';
import { drawing, isIn } from './atlas';
import { COUNTRIES } from './countries';
import { type Cluster, type ContactMap, ofCluster, ofPlace } from './found';
import classes from './map.module.css';
import { useSaid } from './said';
import { asking, moved, placed, projection, type Size, type View, WORLD, zoomed } from './view';

const STEP = 1.6;
const PAN = 80;
const STILL = 4;
/** Antarctica, which is drawn where somebody is there. */
const ICE = '010';
const FINE = 4;
const KM_TO_DEGREES = 360 / (2 * Math.PI * 6371);
const path = geoPath(projection);

interface Props {
  readonly found: ContactMap | undefined;
  readonly isStale: boolean;
  readonly view: View;
  readonly size: Size;
  readonly onView: (view: View) => void;
  /** The address of a list with these conditions beside the question. */
  readonly listOf: (conditions: ReturnType<typeof ofCluster>) => Asked;
}

/** Something that can be pointed at: a circle, or a country of which no finer place is known. */
interface Spot {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly count: number;
  readonly said: string;
  readonly search: Asked;
  readonly cluster: Cluster | null;
}

export function World({ found, isStale, view, size, onView, listOf }: Props) {
  const { t, i18n } = useTranslation();
  const say = useSaid();
  const surface = useRef<HTMLDivElement>(null);
  const [pointed, point] = useState<string | null>(null);
  const isStill = useReducedMotion();
  const { scale, left, top } = placed(view, size);
  const spots = useMemo<Spot[]>(() => {
    if (!found) return [];
    const near = found.clusters.map((cluster): Spot => {
      const [x, y] = projection([cluster.longitude, cluster.latitude]) ?? [0, 0];
      const key = `${cluster.latitude},${cluster.longitude}`;
      return { key, x, y, count: cluster.count, said: say.cluster(cluster, found.about), search: listOf(ofCluster(cluster)), cluster };
    });
    const vague = found.countries.flatMap(({ country_code, count }): Spot[] => {
      const country = COUNTRIES.get(country_code);
      if (!country) return [];
      const [x, y] = projection([country.longitude, country.latitude]) ?? [0, 0];
      const said = say.country(country_code, count, found.about);
      return [{ key: country_code, x, y, count, said, search: listOf(ofPlace({ country_code, city: null, region: null })), cluster: null }];
    });
    return [...near, ...vague].sort((a, b) => b.count - a.count);
  }, [found, say, listOf]);
  const shown = spots
    .map((spot) => ({ ...spot, at: [spot.x * scale + left, spot.y * scale + top] as const }))
    .filter(({ at: [x, y] }) => x > -20 && y > -20 && x < size.width + 20 && y < size.height + 20);
  const most = Math.max(1, ...spots.map((spot) => spot.count));
  const now = shown.find((spot) => spot.key === pointed);

  const hands = useHands(surface, view, size, onView);
  const onKeyDown = (event: KeyboardEvent) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    onView(act(view, size));
  };
  const compact = new Intl.NumberFormat(i18n.language, { notation: 'compact', maximumSignificantDigits: 2 });

  return (
    <div className={classes.world} data-still={isStill || undefined}>
      <div
        ref={surface}
        className={classes.surface}
        role="group"
        aria-label={t('map.surface')}
        // Arrows, + and - move it: https://www.w3.org/WAI/WCAG22/quickref/#keyboard
        tabIndex={0}
        onKeyDown={onKeyDown}
        {...hands}
      >
        <svg width={size.width} height={size.height} data-stale={isStale || undefined} className={classes.drawing}>
          <defs>
            <pattern id="vague" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform={`rotate(45) scale(${1 / scale})`}>
              <line x1="0" y1="0" x2="0" y2="6" className={classes.hatch} />
            </pattern>
          </defs>
          <g transform={`translate(${left} ${top}) scale(${scale})`}>
            <Land detail={view.zoom >= FINE ? 'fine' : 'coarse'} part={view.zoom >= FINE ? JSON.stringify(asking(view, size).box) : ''} vague={found?.countries ?? NONE} />
            {shown.map(({ key, cluster }) => cluster && <Circle key={key} cluster={cluster} isPointed={key === pointed} />)}
          </g>
          {shown.map(({ key, at: [x, y], count, said, search, cluster }) => {
            const radius = radiusOf(count, most);
            return (
              <Link
                key={key}
                to="/contacts"
                search={search as never}
                aria-label={said}
                className={classes.spot}
                data-vague={cluster ? undefined : true}
                onPointerEnter={() => point(key)}
                onPointerLeave={() => point(null)}
                onFocus={() => point(key)}
                onBlur={() => point(null)}
                draggable={false}
              >
                <circle cx={x} cy={y} r={Math.max(12, radius)} className={classes.target} />
                <circle cx={x} cy={y} r={radius} className={classes.dot} />
              </Link>
            );
          })}
          {/* Beside the links, whose names have the whole number. */}
          <g aria-hidden>
            {shown.map(({ key, at: [x, y], count, cluster }) =>
              radiusOf(count, most) >= 11 ? (
                <text key={key} x={x} y={y} className={classes.number} data-vague={cluster ? undefined : true}>
                  {compact.format(count)}
                </text>
              ) : null,
            )}
          </g>
        </svg>
      </div>
      {now && (
        <div className={classes.said} data-below={now.at[1] < 90 || undefined} style={{ insetInlineStart: Math.min(Math.max(now.at[0], 130), Math.max(130, size.width - 130)), top: now.at[1] }} aria-hidden>
          {now.said}
        </div>
      )}
      <Stack gap={4} className={classes.buttons}>
        <Handle label={t('map.closer')} icon={IconPlus} onClick={() => onView(zoomed(view, size, STEP))} />
        <Handle label={t('map.farther')} icon={IconMinus} onClick={() => onView(zoomed(view, size, 1 / STEP))} />
        <Handle label={t('map.whole')} icon={IconWorld} onClick={() => onView(WORLD)} />
      </Stack>
    </div>
  );
}

/** Pixels: the area grows with the number. */
const radiusOf = (count: number, most: number): number => 5 + 15 * Math.sqrt(count / most);

const NONE: ContactMap['countries'] = [];

const KEYS: Record<string, (view: View, size: Size) => View> = {
  ArrowLeft: (view, size) => moved(view, size, PAN, 0),
  ArrowRight: (view, size) => moved(view, size, -PAN, 0),
  ArrowUp: (view, size) => moved(view, size, 0, PAN),
  ArrowDown: (view, size) => moved(view, size, 0, -PAN),
  '+': (view, size) => zoomed(view, size, STEP),
  '=': (view, size) => zoomed(view, size, STEP),
  '-': (view, size) => zoomed(view, size, 1 / STEP),
  '0': () => WORLD,
};

function Handle({ label, icon: Icon, onClick }: { label: string; icon: typeof IconPlus; onClick: () => void }) {
  return (
    <Tooltip label={label} position="left">
      <ActionIcon variant="default" aria-label={label} onClick={onClick}>
        <Icon size={14} />
      </ActionIcon>
    </Tooltip>
  );
}

/** The land, drawn anew only where another part or other shapes are wanted. */
const Land = memo(function Land({ detail, part, vague }: { detail: 'coarse' | 'fine'; part: string; vague: ContactMap['countries'] }) {
  const coarse = useQuery(drawing('coarse')).data;
  const fine = useQuery({ ...drawing('fine'), enabled: detail === 'fine' }).data;
  const atlas = detail === 'fine' ? (fine ?? coarse) : coarse;
  if (!atlas) return null;
  const box = part ? JSON.parse(part) : undefined;
  const hatched = new Set(vague.map(({ country_code }) => COUNTRIES.get(country_code)?.shape));
  const drawn = atlas.shapes.filter((shape) => isIn(shape, box) && (shape.id !== ICE || hatched.has(ICE)));
  return (
    <g className={classes.land}>
      {drawn.map((shape, index) => (
        <g key={index}>
          <path d={shape.path} />
          {hatched.has(shape.id) && <path d={shape.path} fill="url(#vague)" />}
        </g>
      ))}
      <path d={atlas.borders} className={classes.borders} />
    </g>
  );
});

/** As far as anybody of the cluster may be: a circle on the earth, so it is not round everywhere. */
const Circle = memo(function Circle({ cluster, isPointed }: { cluster: Cluster; isPointed: boolean }) {
  const { longitude, latitude, radius_km } = cluster;
  const d = useMemo(
    () => path(geoCircle().center([longitude, latitude]).radius(Math.min(60, radius_km * KM_TO_DEGREES)).precision(6)()) ?? '',
    [longitude, latitude, radius_km],
  );
  return <path d={d} className={classes.circle} data-assumed={!cluster.radius_known || undefined} data-pointed={isPointed || undefined} />;
});

/** Mouse and fingers: drag, pinch, wheel. What is only a tap or a click is left to what lies under it. */
function useHands(surface: React.RefObject<HTMLDivElement | null>, view: View, size: Size, onView: (view: View) => void) {
  const latest = useRef({ view, size, onView });
  latest.current = { view, size, onView };
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const wandered = useRef(0);
  const dragged = useRef(false);

  useEffect(() => {
    const element = surface.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      const { view: before, size: room, onView: set } = latest.current;
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      set(zoomed(before, room, Math.exp(-pixels * 0.002), event.clientX - left, event.clientY - top));
    };
    // React's listener is passive: it could not keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [surface]);

  const end = (event: PointerEvent<HTMLDivElement>) => {
    fingers.current.delete(event.pointerId);
    dragged.current = wandered.current > STILL;
    if (fingers.current.size === 0) wandered.current = 0;
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      dragged.current = false;
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      const before = fingers.current.get(event.pointerId);
      if (!before) return;
      const { view: from, size: room, onView: set } = latest.current;
      const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
      wandered.current += Math.hypot(dx, dy);
      if (wandered.current <= STILL) return;
      if (!event.currentTarget.hasPointerCapture(event.pointerId)) event.currentTarget.setPointerCapture(event.pointerId);
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (!other) return set(moved(from, room, dx, dy));
      const { left, top } = event.currentTarget.getBoundingClientRect();
      const factor = Math.hypot(event.clientX - other.x, event.clientY - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      set(zoomed(moved(from, room, dx / 2, dy / 2), room, factor, (event.clientX + other.x) / 2 - left, (event.clientY + other.y) / 2 - top));
    },
    onPointerUp: end,
    onPointerCancel: end,
    onClickCapture: (event: React.MouseEvent) => {
      if (!dragged.current) return;
      dragged.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
