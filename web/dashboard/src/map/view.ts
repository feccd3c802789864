/** Where on the map one looks: pure. The world is drawn once, WIDTH wide; a view is a way to see it. */
import { geoNaturalEarth1 } from 'd3-geo';

export const WIDTH = 960;
const HEIGHT = 500;
/** The ice of the south is left out of the whole view. */
const SEEN = 430;
export const CLOSEST = 64;
/** Pixels within which places are shown as one; on a small screen closer, or the circles cover all. */
const APART = 48;
const CLOSE = 28;
const SMALL = 600;

export const projection = geoNaturalEarth1().fitSize([WIDTH, HEIGHT], { type: 'Sphere' });

export interface View {
  readonly longitude: number;
  readonly latitude: number;
  /** 1 shows the whole world. */
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly south: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
}

export const WORLD: View = { longitude: 10, latitude: 14, zoom: 1 };

/** `at` in the address, as in "45.5,9.2,8": latitude, longitude, zoom. */
export function readView(at: string | undefined): View {
  const [latitude, longitude, zoom] = (at ?? '').split(',').map(Number);
  const isPlace = [latitude, longitude, zoom].every((one) => one !== undefined && Number.isFinite(one));
  if (!at || !isPlace) return WORLD;
  return clamped({ latitude: latitude!, longitude: longitude!, zoom: zoom! });
}

export function writtenView({ latitude, longitude, zoom }: View): string | undefined {
  if (zoom === 1) return undefined;
  const digits = zoom > 8 ? 2 : 1;
  return `${latitude.toFixed(digits)},${longitude.toFixed(digits)},${Number(zoom.toFixed(1))}`;
}

/** Pixels of the screen to a unit of the drawing. */
export const scaleOf = (view: View, size: Size): number => Math.min(size.width / WIDTH, size.height / SEEN) * view.zoom;

/** What is drawn at (x, y) is on the screen at (x * scale + left, y * scale + top). */
export function placed(view: View, size: Size): { scale: number; left: number; top: number } {
  const scale = scaleOf(view, size);
  const [x, y] = projection([view.longitude, view.latitude]) ?? [WIDTH / 2, HEIGHT / 2];
  const left = held(size.width / 2 - x * scale, size.width, WIDTH * scale);
  const top = held(size.height / 2 - y * scale, size.height, SEEN * scale);
  return { scale, left, top };
}

/** So that no empty margin is shown as long as there is world to show. */
function held(offset: number, room: number, length: number): number {
  return length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, offset));
}

/** Whether a place is on the screen. */
export function isSeen(view: View, size: Size, longitude: number, latitude: number): boolean {
  const { scale, left, top } = placed(view, size);
  const [x, y] = projection([longitude, latitude]) ?? [Number.NaN, Number.NaN];
  return x * scale + left >= 0 && x * scale + left <= size.width && y * scale + top >= 0 && y * scale + top <= size.height;
}

/** The view `factor` times as close, with the point (x, y) of the screen held in place. */
export function zoomed(view: View, size: Size, factor: number, x = size.width / 2, y = size.height / 2): View {
  const zoom = Math.min(CLOSEST, Math.max(1, view.zoom * factor));
  const before = placed(view, size);
  const scale = scaleOf({ ...view, zoom }, size);
  const held = [(x - before.left) / before.scale, (y - before.top) / before.scale] as const;
  return centred([held[0] + (size.width / 2 - x) / scale, held[1] + (size.height / 2 - y) / scale], zoom);
}

/** The view moved so that what is under the finger follows it by (dx, dy) pixels. */
export function moved(view: View, size: Size, dx: number, dy: number): View {
  const { scale, left, top } = placed(view, size);
  return centred([(size.width / 2 - left - dx) / scale, (size.height / 2 - top - dy) / scale], view.zoom);
}

function centred(point: readonly [number, number], zoom: number): View {
  const [longitude = 0, latitude = 0] = projection.invert?.([point[0], point[1]]) ?? [];
  return clamped({ longitude, latitude, zoom });
}

function clamped({ longitude, latitude, zoom }: View): View {
  return {
    longitude: Math.min(180, Math.max(-180, longitude)),
    latitude: Math.min(85, Math.max(-70, latitude)),
    zoom: Math.min(CLOSEST, Math.max(1, zoom)),
  };
}

/** What the server is asked for a view: how close together is one, and which part of the world.
 *
 * Both in steps, so that a small move asks nothing new. Without a part, the whole world.
 */
export function asking(view: View, size: Size): { cell: number; box?: Box } {
  const degrees = 360 / (WIDTH * scaleOf(view, size));
  const cell = Math.min(45, Math.max(0.02, 2 ** Math.round(Math.log2((size.width < SMALL ? CLOSE : APART) * degrees))));
  if (view.zoom < 1.5) return { cell };
  const { scale, left, top } = placed(view, size);
  let [south, west, north, east] = [90, 180, -90, -180];
  for (let row = -1; row <= 5; row++) {
    for (let column = -1; column <= 5; column++) {
      const point: [number, number] = [((size.width * column) / 4 - left) / scale, ((size.height * row) / 4 - top) / scale];
      const [longitude = 0, latitude = 0] = projection.invert?.(point) ?? [];
      west = Math.min(west, longitude);
      east = Math.max(east, longitude);
      south = Math.min(south, latitude);
      north = Math.max(north, latitude);
    }
  }
  const step = cell * 4;
  return {
    cell,
    box: {
      south: Math.max(-90, Math.floor(south / step) * step),
      west: Math.max(-180, Math.floor(west / step) * step),
      north: Math.min(90, Math.ceil(north / step) * step),
      east: Math.min(180, Math.ceil(east / step) * step),
    },
  };
}
