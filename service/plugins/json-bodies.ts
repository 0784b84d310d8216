import fp from 'fastify-plugin';
import { parseJson } from '../domain/json.ts';

/**
 * The one way in which bodies are read. `anyType`: a body that does not say it is JSON is read as JSON too (COMPAT=seed: the
 * documents' scripts send text).
 */
export const jsonBodies = fp<{ anyType: boolean }>(
  (app, { anyType }, done) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(anyType ? '*' : 'application/json', { parseAs: 'string' }, (_request, body, parsed) => {
      try {
        parsed(null, parseJson(body as string));
      } catch (error) {
        parsed(error as Error);
      }
    });
    done();
  },
  { name: 'json-bodies', dependencies: ['problems'] },
);
