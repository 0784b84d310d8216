import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
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
    if (path !== artefacts.manifest) files[path] = await entryOf(runDir, path);
  }
  await writeJson(join(runDir, artefacts.manifest), { schemaVersion: SCHEMA_VERSION, runId, files });
}

/** Whether a manifest was written over a run: what is made just before it is there, whatever became of the manifest. */
export const isSealed = (runDir: string): boolean => [artefacts.manifest, artefacts.junit].some((name) => existsSync(join(runDir, name)));

/**
 * Puts into the manifest how the files of `made` are now. All others stay as they were when the run was over, so that a change in
 * them shows for ever; so does a manifest that is missing or cannot be read.
 */
export async function renewManifest(runDir: string, made: ReadonlySet<string>): Promise<void> {
  const read = await readJson(join(runDir, artefacts.manifest), Manifest);
  if (!read.ok) return;
  const files = { ...read.value.files };
  for (const path of made) if (existsSync(join(runDir, path))) files[path] = await entryOf(runDir, path);
  await writeJson(join(runDir, artefacts.manifest), { ...read.value, files });
}

/** What in the folder is not as the manifest says; empty when all is, or when the run never got as far as a manifest. */
export async function manifestProblems(runDir: string): Promise<{ artefact: string; problem: string }[]> {
  const read = await readJson(join(runDir, artefacts.manifest), Manifest);
  if (!read.ok) return read.problem === 'is missing' && !isSealed(runDir) ? [] : [{ artefact: artefacts.manifest, problem: read.problem }];
  const problems: { artefact: string; problem: string }[] = [];
  for (const [path, { sha256: expected }] of Object.entries(read.value.files)) {
    const actual = await sha256(join(runDir, path)).catch(() => undefined);
    if (actual === undefined) problems.push({ artefact: path, problem: 'is missing' });
    else if (actual !== expected) problems.push({ artefact: path, problem: 'was changed after the run' });
  }
  return problems;
}

async function entryOf(runDir: string, path: string): Promise<Manifest['files'][string]> {
  return { sha256: await sha256(join(runDir, path)), bytes: (await stat(join(runDir, path))).size };
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
