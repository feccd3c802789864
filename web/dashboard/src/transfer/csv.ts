/** Rows of a CSV file, with the line where each begins: read as the server reads them. */

export interface CsvRow {
  /** Counted from 1, line breaks within quotes too. */
  readonly line: number;
  readonly cells: readonly string[];
}

const DELIMITERS = [',', ';', '\t'];
/** What a spreadsheet would calculate; behind apostrophes too. */
const FORMULA = /^'*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]/;

/** Separated by commas, or, if there is none in the first line, by semicolons or tabs. */
export function delimiterOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  return DELIMITERS.find((mark) => first.includes(mark)) ?? ',';
}

/** Every row that is not empty. Quotes that do not close take the rest of the text. */
export function* csvRows(source: string): Generator<CsvRow> {
  const text = source.replace(/^\ufeff/, '');
  const delimiter = delimiterOf(text);
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const begins = line;
    const cells: string[] = [];
    let isOver = false;
    while (!isOver) {
      let cell = '';
      if (text[at] === '"') {
        at += 1;
        for (;;) {
          const quote = text.indexOf('"', at);
          const end = quote < 0 ? text.length : quote;
          cell += text.slice(at, end);
          at = end + 1;
          if (text[at] !== '"' || quote < 0) break;
          cell += '"';
          at += 1;
        }
        line += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
      }
      const from = at;
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at += 1;
      cells.push(cell + text.slice(from, at));
      if (text[at] === delimiter) at += 1;
      else isOver = true;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at += 1;
    at += 1;
    line += 1;
    if (cells.length > 1 || cells[0] !== '') yield { line: begins, cells };
  }
}

/** One line; a cell that a spreadsheet would calculate gets an apostrophe in front. */
export function csvLine(cells: readonly string[]): string {
  const written = cells.map((cell) => {
    const safe = FORMULA.test(cell) ? `'${cell}` : cell;
    return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${written.join(',')}\r\n`;
}

/** The rows of a file that were refused, each with the reason: to be put right and brought again. */
export function refusedRows(source: string, reasons: ReadonlyMap<number, string>, why: string): string {
  let out = '';
  let isHead = true;
  for (const { line, cells } of csvRows(source)) {
    const reason = reasons.get(line);
    // What was armed in the file is so already.
    if (isHead) out += csvLine([...cells, why]);
    else if (reason !== undefined) out += csvLine([...cells.map(disarmed), reason]);
    isHead = false;
  }
  return out;
}

const disarmed = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell);
