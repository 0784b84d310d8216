import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type K6Sample, K6CsvReader, splitQuoted } from '../../../harness/metrics/csv.ts';

const header = 'metric_name,timestamp,metric_value,error_code,method,name,status,group,extra_tags,metadata\n';
const wanted = new Set(['http_reqs', 'http_req_duration']);

function read(...chunks: string[]): { samples: K6Sample[]; malformed: number } {
  const samples: K6Sample[] = [];
  const reader = new K6CsvReader(wanted, (sample) => samples.push(sample));
  for (const chunk of chunks) reader.write(chunk);
  reader.end();
  return { samples, malformed: reader.malformedRows };
}

describe('k6 CSV', () => {
  it('reads a row by the names of the header, wherever the columns are', () => {
    const { samples } = read('metric_name,status,name,metric_value,timestamp\n', 'http_reqs,503,GET /x,1.000000,1795224140206\n');
    expect(samples).toEqual([{ metric: 'http_reqs', timeMs: 1_795_224_140_206, value: 1, status: 503, errorCode: 0, name: 'GET /x', group: '' }]);
  });

  it('reads quoted fields with commas, quotes and line breaks', () => {
    const { samples, malformed } = read(header, 'http_reqs,1,1.5,1212,GET,"GET ""q"", /ok\nnext",0,,"a=1,b=2",\nhttp_reqs,2,1,,GET,plain,200,,,\n');
    expect(samples.map(({ name }) => name)).toEqual(['GET "q", /ok\nnext', 'plain']);
    expect(malformed).toBe(0);
  });

  it('skips metrics nobody asked for', () => {
    expect(read(header, 'vus,1,3,,,,,,,\n').samples).toEqual([]);
  });

  it('counts rows that are cut or not numbers, and reads on', () => {
    const { samples, malformed } = read(header, 'http_reqs,1,\nhttp_reqs,soon,1,,GET,x,200,,,\nhttp_reqs,,1,,GET,x,200,,,\nhttp_reqs,5,1,,GET,x,200,,,\nhttp_re');
    expect(samples).toHaveLength(1);
    expect(malformed).toBe(4);
  });

  it('refuses a stream that does not begin with the header', () => {
    expect(read('something else\n', 'http_reqs,1,1\n')).toEqual({ samples: [], malformed: 2 });
  });

  it('reads the same whatever pieces the stream comes in', () => {
    const text = `${header}http_reqs,1,1,,GET,"a ""b"",\nc",200,,,\nhttp_req_duration,1,2.5,,GET,x,200,,k=v&l=w,\n`;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 10 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const chunks = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(read(...chunks)).toEqual(read(text));
      }),
    );
  });

  it('splits what encoding/csv joins', () => {
    const field = fc.string({ maxLength: 8 });
    const quote = (text: string): string => (/[",\n]|^ /.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 6 }), (fields) => {
        expect(splitQuoted(fields.map(quote).join(','))).toEqual(fields);
      }),
    );
  });
});
