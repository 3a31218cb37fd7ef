import { defineConfig } from "vitest/config";

/** Real TCP stacks in network namespaces of our own: needs Linux, root, iproute2, ethtool, openvswitch-switch, python3, socat. */
export default defineConfig({
  test: { include: ["test/live/**/*.test.ts"], testTimeout: 40_000, hookTimeout: 40_000, fileParallelism: false },
});
