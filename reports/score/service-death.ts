/** The processes of the service itself. When one dies unplanned the service failed; any other makes the run INVALID. */
const service = /^(api|worker|consumer)(-\d+)?$/;

export const isService = (process: string): boolean => service.test(process);
