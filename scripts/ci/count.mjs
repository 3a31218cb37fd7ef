/**
 * What a step of the continuous integration run amounts to, in tests passed and failed.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Count
 * @typedef {{ status: string, fullName: string }} TestResult
 * @typedef {{ name: string, status: string, message?: string, assertionResults: TestResult[] }} FileResult
 */

/**
 * A step that is no test run counts as one.
 *
 * @param {string} name
 * @param {boolean} succeeded
 * @returns {Count}
 */
export function countStep(name, succeeded) {
  return succeeded
    ? { passed: 1, failed: 0, skipped: 0, failures: [] }
    : { passed: 0, failed: 1, skipped: 0, failures: [name] };
}

/**
 * Counts the tests of a vitest run from the text of its JSON report. A run that crashed, wrote no readable report, ran no
 * test, or ended badly for a reason that no test shows, is a failure of its own.
 *
 * @param {string} name of the step
 * @param {string | undefined} report text of the report; undefined when there is none
 * @param {boolean} succeeded whether the run ended with exit code 0 in its time
 * @returns {Count}
 */
export function countVitest(name, report, succeeded) {
  /** @type {Count} */
  const count = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const files = parseFiles(report);
  for (const file of files ?? []) {
    let failed = 0;
    for (const test of file.assertionResults) {
      if (test.status === "passed") count.passed++;
      else if (test.status === "failed") {
        failed++;
        count.failures.push(`${file.name}: ${test.fullName}`);
      } else count.skipped++;
    }
    // A file that does not even load, or whose beforeAll throws, has no failed test of its own.
    if (file.status === "failed" && failed === 0) {
      failed = 1;
      count.failures.push(`${file.name}: ${file.message?.split("\n", 1)[0] ?? "failed"}`);
    }
    count.failed += failed;
  }
  const reason = !files
    ? "no readable test report"
    : count.passed + count.failed === 0
      ? "no test was run"
      : !succeeded && count.failed === 0
        ? "the run failed though no test did"
        : undefined;
  if (reason !== undefined) {
    count.failed++;
    count.failures.push(`${name}: ${reason}`);
  }
  return count;
}

/**
 * @param {string | undefined} report
 * @returns {FileResult[] | undefined}
 */
function parseFiles(report) {
  try {
    /** @type {unknown} */
    const value = JSON.parse(report ?? "");
    if (typeof value !== "object" || value === null || !("testResults" in value)) return undefined;
    return Array.isArray(value.testResults) ? value.testResults : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {readonly Count[]} counts
 * @returns {Count}
 */
export function total(counts) {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    skipped: counts.reduce((sum, { skipped }) => sum + skipped, 0),
    failures: counts.flatMap(({ failures }) => failures),
  };
}
