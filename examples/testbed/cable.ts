/** A cable between the namespace that plays the switch and that of a host. */
import { execute } from "./shell.ts";

export interface Cable {
  /** Namespace of the switch, and the name of its end. */
  readonly hub: string;
  readonly cable: string;
  /** Namespace of the host, whose end is `eth0`. */
  readonly namespace: string;
  readonly mac: string;
  readonly ip: string;
  /** Settings of the host's kernel, `net.ipv4.tcp_ecn=1` and the like. */
  readonly sysctl: readonly string[];
}

/** Both ends are up when it returns, and say nothing by themselves. */
export function layCable({ hub, cable, namespace, mac, ip, sysctl }: Cable): void {
  const inside = (...args: readonly string[]) => execute("ip", "netns", "exec", namespace, ...args);
  execute("ip", "-n", hub, "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace);
  const quiet = ["accept_ra=0", "accept_dad=0", "router_solicitations=0", "addr_gen_mode=1"];
  inside("sysctl", "-qw", ...quiet.map((setting) => `net.ipv6.conf.eth0.${setting}`), ...sysctl);
  execute("ip", "netns", "exec", hub, "sysctl", "-qw", `net.ipv6.conf.${cable}.disable_ipv6=1`);
  execute("ip", "-n", namespace, "link", "set", "eth0", "address", mac);
  // Whoever takes frames out in user space must see what a wire would show: no large segments, and checksums in place.
  const off = ["tx", "rx", "tso", "gso", "gro"].flatMap((feature) => [feature, "off"]);
  inside("ethtool", "-K", "eth0", ...off);
  execute("ip", "netns", "exec", hub, "ethtool", "-K", cable, ...off);
  execute("ip", "-n", hub, "link", "set", cable, "up");
  execute("ip", "-n", namespace, "link", "set", "eth0", "up");
  const [prefix, ...nodad] = ip.includes(":") ? ["64", "nodad"] : ["24"];
  execute("ip", "-n", namespace, "address", "add", `${ip}/${prefix}`, "dev", "eth0", ...nodad);
}
