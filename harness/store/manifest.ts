import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Manifest } from '../contracts/manifest.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { SCHEMA_VERSION } from '../contracts/run-header.ts';
import { readJson, writeJson } from './json.ts';

/** Writes manifest.json over every other file of the run folder. */
export async function writeManifest(runDir: string, runId: string): Promise<void> {
  const files: Manifest['files'] = {};
  for (const path of await filesBelow(runDir)) {
    if (path !== artefacts.manifest) files[path] = { sha256: await sha256(join(runDir, path)), bytes: (await stat(join(runDir, path))).size };
  }
  await writeJson(join(runDir, artefacts.manifest), { schemaVersion: SCHEMA_VERSION, runId, files });
}

/** What in the folder is not as the manifest says; empty when all is, or when the run never got as far as a manifest. */
export async function manifestProblems(runDir: string): Promise<{ artefact: string; problem: string }[]> {
  const read = await readJson(join(runDir, artefacts.manifest), Manifest);
  if (!read.ok) return read.problem === 'is missing' ? [] : [{ artefact: artefacts.manifest, problem: read.problem }];
  const problems: { artefact: string; problem: string }[] = [];
  for (const [path, { sha256: expected }] of Object.entries(read.value.files)) {
    const actual = await sha256(join(runDir, path)).catch(() => undefined);
    if (actual === undefined) problems.push({ artefact: path, problem: 'is missing' });
    else if (actual !== expected) problems.push({ artefact: path, problem: 'was changed after the run' });
  }
  return problems;
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .toSorted();
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
