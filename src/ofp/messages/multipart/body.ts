/** What a row of the tables of multipart bodies is. */
import type { Definition, Tagged } from "../../definition.ts";

/** The body of one multipart type, in one direction. `T` is what it decodes to, `Init` what a caller gives a builder. */
export interface BodyDefinition<T extends Tagged = Tagged, Init extends Tagged = T> extends Definition<T> {
  /** Fills the defaults in and checks: throws RangeError or TypeError naming what is wrong. */
  complete(init: Init): T;
}
