// Loaded before the program when the launcher has started it. The channel between them is used for one thing only: when
// the launcher is gone (even by SIGKILL), the program is asked to end, as SIGTERM would, and cleans up behind itself.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel must not keep a program alive that is done.
process.channel?.unref();
