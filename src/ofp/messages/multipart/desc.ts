/** OpenFlow 1.3.5 §7.3.5.1, OFPMP_DESC and struct ofp_desc: make and model of a switch. */
import { parsed, struct, text, type ValueOf } from "../../../wire/index.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { requireLatin1 } from "../../require.ts";
import { empty, fixed } from "../../tagged.ts";
import type { BodyDefinition } from "./body.ts";

const DESC_STR_LEN = 256;
const SERIAL_NUM_LEN = 32;

// One character a byte, without the NULs.
const fields = {
  mfrDesc: text(DESC_STR_LEN), // manufacturer
  hwDesc: text(DESC_STR_LEN), // hardware
  swDesc: text(DESC_STR_LEN), // software
  serialNum: text(SERIAL_NUM_LEN),
  dpDesc: text(DESC_STR_LEN), // for people: what the operator calls it
};
export const descLayout = parsed(struct(fields));

/** Asks for make and model. */
export interface DescRequest {
  readonly type: "desc";
}

/** Make and model. */
export interface DescReply extends ValueOf<typeof fields> {
  readonly type: "desc";
}

/** What `multipartReply` takes for a description: empty texts unless given. */
export type DescReplyInit = Pick<DescReply, "type"> & Partial<DescReply>;

export const descRequestBody: BodyDefinition<DescRequest> = {
  ...empty("desc", MultipartType.desc),
  complete: () => ({ type: "desc" }),
};

export const descReplyBody: BodyDefinition<DescReply, DescReplyInit> = {
  ...fixed<DescReply>("desc", MultipartType.desc, descLayout),
  complete: (init) => ({
    type: "desc",
    mfrDesc: requireLatin1("mfrDesc", init.mfrDesc, DESC_STR_LEN, ""),
    hwDesc: requireLatin1("hwDesc", init.hwDesc, DESC_STR_LEN, ""),
    swDesc: requireLatin1("swDesc", init.swDesc, DESC_STR_LEN, ""),
    serialNum: requireLatin1("serialNum", init.serialNum, SERIAL_NUM_LEN, ""),
    dpDesc: requireLatin1("dpDesc", init.dpDesc, DESC_STR_LEN, ""),
  }),
};
