/** Help with ARP and IPv6 neighbour discovery for servers that share a service's address. */
export { helpNeighbour, type MacOf, type NeighbourHelp, type NeighbourService } from "./help.ts";
