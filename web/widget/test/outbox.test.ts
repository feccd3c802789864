import { describe, expect, it } from 'vitest';
import { add, drop, freshName, isFresh, next, type Outbox, type Outgoing, refuse, settle } from '../src/outbox';

const one = (cid: string, at: number, c = freshName('x')): Outgoing => ({ cid, c, text: cid, files: [], at });
const cids = (outbox: Outbox): string[] => outbox.map(({ cid }) => cid);

describe('what waits', () => {
  it('keeps the order of writing and each message once', () => {
    const outbox = [one('b', 2), one('a', 1), one('b', 2)].reduce<Outbox>(add, []);
    expect(cids(outbox)).toEqual(['a', 'b']);
    expect(next(outbox)!.cid).toBe('a');
  });

  it('goes on past what was refused, and comes back to it when the person wants', () => {
    const outbox = refuse([one('a', 1), one('b', 2)], 'a', true);
    expect(next(outbox)!.cid).toBe('b');
    expect(next(refuse(outbox, 'a', false))!.cid).toBe('a');
  });

  it('follows its conversation when the server has named it', () => {
    const outbox = settle([one('a', 1), one('b', 2), one('c', 3, 'other')], freshName('x'), 'real');
    expect(outbox.map(({ c }) => c)).toEqual(['real', 'real', 'other']);
    expect(isFresh('real')).toBe(false);
    expect(isFresh(freshName('x'))).toBe(true);
    expect(isFresh(null)).toBe(false);
  });

  it('drops what was confirmed, and is untouched by what was not its own', () => {
    const outbox = [one('a', 1), one('b', 2)];
    expect(cids(drop(outbox, new Set(['a', null])))).toEqual(['b']);
    expect(drop(outbox, new Set(['z']))).toBe(outbox);
  });
});
