import { isIP } from 'node:net';

/**
 * Whose address counts as one caller: an IPv4 address, or the /64 that one subscriber of IPv6 has at least.
 * What is no address (a proxy forwarded anything) is the connection's.
 */
export function clientAddress(ip: string, connectionIp: string): string {
  const address = isIP(ip) === 0 ? connectionIp : ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return isIP(address) === 6 ? `${networkOf(address)}::/64` : address;
}

/** The first four groups of an IPv6 address, in full. */
function networkOf(address: string): string {
  const [front = '', back] = address.toLowerCase().split('%')[0]!.split('::');
  const groups = front === '' ? [] : front.split(':');
  const tail = back === undefined || back === '' ? [] : back.split(':');
  while (back !== undefined && groups.length + tail.length < 8) groups.push('0');
  return [...groups, ...tail].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
