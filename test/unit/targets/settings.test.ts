import { expect, test } from 'vitest';
import { admissionSettings } from '../../../harness/targets/ticketing/settings.ts';

test('a plan that says nothing has what the service ships with', () => {
  expect(admissionSettings({})).toEqual({ cap: 50, ratePerSecond: 10 });
});

test('a plan names what differs', () => {
  expect(admissionSettings({ QUEUE_ACTIVE_CAP: '2000', HOLD_SECONDS: '60' })).toEqual({ cap: 2000, ratePerSecond: 10 });
});

test.each(['many', '', ' '])('a rate of "%s" is an error that names the setting', (text) => {
  expect(() => admissionSettings({ QUEUE_ADMISSION_PER_SECOND: text })).toThrow('QUEUE_ADMISSION_PER_SECOND');
});
