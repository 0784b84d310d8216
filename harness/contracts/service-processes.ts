/** The processes of the service itself, whatever the number of its replicas. */
const service = /^(api|worker|consumer)(-\d+)?$/;

/** Whether a process is the service's own. When one dies unplanned the service failed; any other makes the run INVALID. */
export const isService = (process: string): boolean => service.test(process);

export interface ServiceProcess {
  readonly name: string;
  /** comma list; api, worker and consumer */
  readonly roles: string;
}

/** One process with all roles; or several replicas of the api behind a load balancer, with worker and consumer beside them. */
export function serviceProcesses(replicas: number): ServiceProcess[] {
  if (replicas === 1) return [{ name: 'api', roles: 'api,worker,consumer' }];
  const apis = Array.from({ length: replicas }, (_none, index) => ({ name: `api-${index + 1}`, roles: 'api' }));
  return [...apis, { name: 'worker', roles: 'worker' }, { name: 'consumer', roles: 'consumer' }];
}
