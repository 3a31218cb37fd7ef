/** Where the programs of an Open vSwitch are: of Debian's, or of one that was built. */
import { join } from "node:path";

/** Names that the shell finds, or paths. */
export interface OvsPrograms {
  readonly ovsdbTool: string;
  readonly ovsdbServer: string;
  readonly vswitchd: string;
  readonly vsctl: string;
  readonly ofctl: string;
  readonly schema: string;
}

export const stockOvs: OvsPrograms = {
  ovsdbTool: "ovsdb-tool",
  ovsdbServer: "ovsdb-server",
  vswitchd: "ovs-vswitchd",
  vsctl: "ovs-vsctl",
  ofctl: "ovs-ofctl",
  schema: "/usr/share/openvswitch/vswitch.ovsschema",
};

/** Those of a build directory, as `examples/ovs/build.sh` prints it. */
export function builtOvs(directory: string): OvsPrograms {
  return {
    ovsdbTool: join(directory, "ovsdb/ovsdb-tool"),
    ovsdbServer: join(directory, "ovsdb/ovsdb-server"),
    vswitchd: join(directory, "vswitchd/ovs-vswitchd"),
    vsctl: join(directory, "utilities/ovs-vsctl"),
    ofctl: join(directory, "utilities/ovs-ofctl"),
    schema: join(directory, "vswitchd/vswitch.ovsschema"),
  };
}
