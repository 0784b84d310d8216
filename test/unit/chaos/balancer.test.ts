import { expect, test } from 'vitest';
import { statusIn } from '../../../chaos/drivers/balancer.ts';

const csv = `# pxname,svname,qcur,status
ready,api-1,0,UP 1/2
ready,api-2,0,DOWN
any,api-2,0,no check
ready,BACKEND,0,UP
`;

test('the status of a replica is the one among those that are ready', () => {
  expect(statusIn(csv, 'api-1')).toBe('UP 1/2');
  expect(statusIn(csv, 'api-2')).toBe('DOWN');
  expect(() => statusIn(csv, 'api-3')).toThrow('HAProxy says nothing about api-3');
  expect(() => statusIn('', 'api-1')).toThrow('HAProxy says nothing');
});
