import { describe, expect, it } from '@jest/globals';
import { AddressPolicy } from './address-policy.js';

const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  'this host and network': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  'link-local': ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1'],
  'metadata of clouds': [
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd20:ce::254',
  ],
  'protocols, benchmarks, documentation': [
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '2001:db8::1',
    '3fff::1',
    '2001:2::1',
  ],
  'multicast, reserved, broadcast': [
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    'ff02::1',
    'ff0e::1',
    '4000::1',
  ],
  'IPv4 in IPv6: mapped, compatible, translated': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '::7f00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::a00:1',
  ],
  'IPv4 in IPv6: 6to4 and its relays, Teredo': ['2002:7f00:1::', '2002:a00:1::1', '192.88.99.1', '2001::1'],
  'what is no address': ['', 'localhost', '127.1', '0x7f000001', '2130706433', '[::1]', '127.0.0.1.'],
};

const PUBLIC = ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'];

describe.each(Object.entries(FORBIDDEN))('%s', (_, addresses) => {
  it.each(addresses)('%s is forbidden', (address) => {
    expect(new AddressPolicy([]).allows(address)).toBe(false);
  });
});

it.each(PUBLIC)('%s is public', (address) => {
  expect(new AddressPolicy([]).allows(address)).toBe(true);
});

it('allows what it is told to, and not what lies beside it', () => {
  const policy = new AddressPolicy(['10.1.0.0/16', '::1/128']);
  expect(
    ['10.1.2.3', '::1', '10.2.0.1', '::2', '127.0.0.1'].map((address) => policy.allows(address)),
  ).toEqual([true, true, false, false, false]);
});

it.each(['10.1.0.0', '10.1.0.0/33', 'example.com/8', '/8', '::1/129', '10.0.0.0/-1'])(
  'refuses "%s" as a range',
  (range) => {
    expect(() => new AddressPolicy([range])).toThrow(`"${range}" in webhooks.allowAddresses`);
  },
);
