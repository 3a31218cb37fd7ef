/** Records of one length in a stream. */
import { expect, it } from "vitest";
import { createRecordReader } from "../../../../examples/controller/analyzers/record-reader.ts";

function reading() {
  const broken: number[] = [];
  const reader = createRecordReader(3, (bytes) => broken.push(bytes));
  return {
    broken,
    push: (at: number, ...bytes: number[]) => reader.push(Uint8Array.from(bytes), at).map((each) => [...each]),
  };
}

it("finds records however they are cut", () => {
  const { push, broken } = reading();
  expect(push(0, 1)).toEqual([]);
  expect(push(0, 2, 3, 4)).toEqual([[1, 2, 3]]);
  expect(push(0, 5, 6, 7, 8, 9)).toEqual([
    [4, 5, 6],
    [7, 8, 9],
  ]);
  expect(broken).toEqual([]);
});

it("waits for the rest of one for a second, and then begins anew", () => {
  const { push, broken } = reading();
  push(0, 1);
  expect(push(1_000, 2)).toEqual([]);
  expect(push(2_001, 3, 4, 5)).toEqual([[3, 4, 5]]);
  expect(broken).toEqual([2]);
});
