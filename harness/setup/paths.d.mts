type Environment = Readonly<Record<string, string | undefined>>;

/** Root of the project, found from this file's own place. */
export declare const projectRoot: string;
/** Folder for everything that is fetched or built once: $GATECRASH_CACHE, else $XDG_CACHE_HOME/gatecrash, else ~/.cache/gatecrash. */
export declare function cacheDirOf(env: Environment): string;
/** Where supervisors write what they would have to put away. */
export declare function stateDirOf(env: Environment): string;
/** Where locks between processes of one user lie. */
export declare function lockDirOf(env: Environment): string;
/** Absolute path of an executable file on the PATH. Folders of npm's own links are passed over. */
export declare function fileOnPath(file: string, env: Environment): string | undefined;
/** Whether it is a file that may be run. */
export declare function isExecutable(path: string): boolean;
