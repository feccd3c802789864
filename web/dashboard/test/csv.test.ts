/** CSV as the import screen reads and writes it: the lines are those the server counts. */
import { describe, expect, test } from 'vitest';
import { csvLine, csvRows, delimiterOf, refusedRows } from '../src/transfer/csv';

describe('a file', () => {
  test.each([
    ['a,b\n1,2\n', [[1, ['a', 'b']], [2, ['1', '2']]]],
    ['\ufeffa;b\r\n1;"x;y"\r\n', [[1, ['a', 'b']], [2, ['1', 'x;y']]]],
    ['a\tb\n1\t2', [[1, ['a', 'b']], [2, ['1', '2']]]],
    ['a,b\n"x\ny",2\n3,4\n', [[1, ['a', 'b']], [2, ['x\ny', '2']], [4, ['3', '4']]]],
    ['a\n\n\n1\n', [[1, ['a']], [4, ['1']]]],
    ['a,b\n"say ""hi""",\n', [[1, ['a', 'b']], [2, ['say "hi"', '']]]],
    ['a\n"never closed\n1\n', [[1, ['a']], [2, ['never closed\n1\n']]]],
    ['', []],
  ])('%j has these rows', (text, rows) => {
    expect([...csvRows(text)].map(({ line, cells }) => [line, cells])).toEqual(rows);
  });

  test('is separated by what its first line has', () => {
    expect(['a,b;c', 'a;b\n1,2', 'a\tb', 'a'].map(delimiterOf)).toEqual([',', ';', '\t', ',']);
  });

  test.each(['=1+1', '+39', '-1', '@a', "'=x", '\tx', 'plain', "it's", 'a,b', 'say "x"', 'two\nlines', ''])('%j is written so that no spreadsheet calculates it', (cell) => {
    const line = csvLine([cell, 'b']);
    expect(line).toMatch(/\r\n$/);
    const [row] = csvRows(line);
    expect(row!.cells[0]!.replace(/^'(?='*[=+\-@\t\r\n])/, '')).toBe(cell);
    expect(row!.cells[0]).not.toMatch(/^[=+\-@\t]/);
  });
});

test('refused rows come back with their reasons, and those armed once are not armed twice', () => {
  const text = "email,name\nno,Ada\ngood@shop.test,Bob\nbad,'=1+1\n";
  const reasons = new Map([[2, 'email is not an e-mail address'], [4, 'so there']]);
  expect(refusedRows(text, reasons, 'why')).toBe("email,name,why\r\nno,Ada,email is not an e-mail address\r\nbad,'=1+1,so there\r\n");
});
