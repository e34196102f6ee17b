import { DataFileError } from '../../core/data-file';

/** What is wrong with a list of delivery opportunities (ms); an index equal to its length means the whole. */
export function mahimahiMistake(times: readonly number[]): { index: number; message: string } | undefined {
  const index = times.findIndex((at, i) => i > 0 && at < times[i - 1]!);
  if (index >= 0) return { index, message: 'expected a time not before the one above' };
  if (!(times.length > 0 && times[times.length - 1]! > 0)) {
    return { index: times.length, message: 'expected times of which the last is above 0: it is the period' };
  }
  return undefined;
}

/** A Mahimahi trace: on each line the time of one delivery opportunity, ms. Throws `DataFileError`. */
export function parseMahimahi(text: string): readonly number[] {
  const lines = text.split('\n').map((line) => line.trim());
  if (lines[lines.length - 1] === '') lines.pop();
  const times = lines.map((line, i) => {
    if (!/^\d{1,12}$/.test(line))
      throw new DataFileError(i + 1, `found ${JSON.stringify(line)}; expected a time in ms`);
    return Number(line);
  });
  const mistake = mahimahiMistake(times);
  if (mistake !== undefined) throw new DataFileError(mistake.index + 1, mistake.message);
  return times;
}
