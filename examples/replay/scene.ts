/** What both samples have around their controllers. */
import { nicira, onf } from "../../src/nx/index.ts";
import { applyActions, createCodec, flowMod, output, Port } from "../../src/ofp/index.ts";
import type { ModelHost, ModelSwitch, Network } from "../../src/testing/index.ts";

export const DPID = 7n;
export const codec = createCodec({ experimenters: [nicira, onf] });

const encoder = new TextEncoder();

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A server that answers each piece of data with its name, and closes soon after. */
export function serve(network: Network, host: ModelHost, name: string, port = 80): void {
  host.listen(port, {
    respond: (_, self) => {
      network.schedule(network.now() + 5, () => {
        self.close();
      });
      return bytesOf(`HTTP/1.0 200 OK\r\n\r\n${name}\n`);
    },
  });
}

/** What no flow matches goes to the controller. */
export function sendTheRest(model: ModelSwitch): void {
  model.receive(codec.encode(flowMod({ priority: 0, instructions: [applyActions([output(Port.controller)])] })));
}
