/** OpenFlow 1.3.5 §7.3.5.7, OFPMP_PORT_DESC: every port of a switch. */
import { MultipartType } from "../../enums/multipart.ts";
import { requireList } from "../../require.ts";
import { empty } from "../../tagged.ts";
import { type PortDesc, type PortDescInit, portDesc, portDescLayout } from "../port-desc.ts";
import type { BodyDefinition } from "./body.ts";
import { readStructs, writeStructs } from "./list.ts";

/** Asks for all ports. */
export interface PortDescRequest {
  readonly type: "portDesc";
}

/** Ports of a switch. */
export interface PortDescReply {
  readonly type: "portDesc";
  readonly ports: readonly PortDesc[];
}

/** What `multipartReply` takes for ports: no ports unless given. */
export interface PortDescReplyInit {
  readonly type: "portDesc";
  readonly ports?: readonly PortDescInit[];
}

export const portDescRequestBody: BodyDefinition<PortDescRequest> = {
  ...empty("portDesc", MultipartType.portDesc),
  complete: () => ({ type: "portDesc" }),
};

export const portDescReplyBody: BodyDefinition<PortDescReply, PortDescReplyInit> = {
  type: "portDesc",
  code: MultipartType.portDesc,
  decode: (reader) => ({ type: "portDesc", ports: readStructs(reader, "ports", portDescLayout) }),
  encode: (writer, { ports }) => {
    writeStructs(writer, "ports", portDescLayout, ports);
  },
  complete: (init) => ({ type: "portDesc", ports: requireList("ports", init.ports, []).map(portDesc) }),
};
