/** What outlives a controller: states as JSON, and connections found again by their flows. */
export { connectionFromJSON, connectionToJSON } from "./connection-json.ts";
