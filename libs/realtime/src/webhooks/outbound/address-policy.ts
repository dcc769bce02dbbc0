import { BlockList, isIP } from 'node:net';
import { RealtimeConfigurationError } from '../../realtime.errors.js';

/**
 * IPv4 that is not the public internet (IANA special-purpose registry), multicast and reserved included; and
 * 168.63.129.16, where machines on Azure reach their host.
 */
const DENIED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** Of IPv6 only global unicast is the public internet; mapped IPv4, NAT64 and local addresses are outside it. */
const GLOBAL_IPV6 = ['2000::/3'];
/** What is not, within it: protocol assignments (Teredo too), documentation, 6to4, which embeds IPv4. */
const DENIED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Which addresses may be sent to: none but public ones, unless the application says so. */
export class AddressPolicy {
  private readonly denied = blockList(DENIED_IPV4.concat(DENIED_IPV6));
  private readonly global = blockList(GLOBAL_IPV6);
  private readonly allowed: BlockList;

  /**
   * @param allowed ranges that may be sent to although they are not public: `10.1.0.0/16`, `::1/128`
   * @throws RealtimeConfigurationError for what is no range
   */
  constructor(allowed: readonly string[]) {
    this.allowed = blockList(allowed);
  }

  /** Whether `address`, an IP as the system or a parsed URL writes it, may be connected to. */
  allows(address: string): boolean {
    // Only local addresses have a zone: fe80::1%eth0.
    const version = isIP(address);
    if (version === 0 || address.includes('%')) return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (this.allowed.check(address, family)) return true;
    if (this.denied.check(address, family)) return false;
    return version === 4 || this.global.check(address, family);
  }
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/');
    const version = isIP(address);
    if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128)) {
      throw new RealtimeConfigurationError(
        `"${range}" in webhooks.allowAddresses is no range of addresses, such as 10.1.0.0/16.`,
      );
    }
    list.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
