// `import`: a table of users into an app; and the way back.

import { statSync, writeFileSync } from "node:fs";
import {
  type FieldMap,
  type Mode,
  type ProvisionReport,
  provisionUsers,
  undoProvision,
} from "../provision/index.js";
import { EXIT, UsageError } from "./errors.js";
import { note, number, print, printable } from "./output.js";
import { Display, duration } from "./progress.js";
import { findRun, journalOf, newRun, unfinishedRun } from "./runs.js";
import { type AppFlags, appOf } from "./settings.js";

/** The flags of `import`. */
export interface ImportFlags extends AppFlags {
  map: FieldMap;
  mode: Mode;
  format?: "csv" | "ndjson" | "json";
  dryRun?: boolean;
  preserveDates?: boolean;
  concurrency: number;
  resume?: string | true;
  failed?: string;
  report?: string;
  undo?: string;
  json?: boolean;
}

/** Runs `import`. Returns the exit code. */
export async function importUsers(file: string | undefined, flags: ImportFlags): Promise<number> {
  if (flags.undo !== undefined) return undo(flags.undo, flags);
  if (file === undefined) {
    throw new UsageError("Which file? Write import users.csv, or import - for standard input.");
  }
  const { run, journal, isResumed } = runOf(file, flags);
  const { admin, appId, place } = await appOf(flags);
  const stop = new AbortController();
  const release = onInterrupt(stop);
  if (!flags.json)
    note(`${flags.dryRun ? "Dry run" : `Run ${run}`}: ${file} into ${appId}, ${place}`);
  const display = new Display(file === "-" ? undefined : statSync(file).size);
  let report: ProvisionReport;
  try {
    report = await provisionUsers(file === "-" ? process.stdin : file, {
      admin,
      appId,
      mode: flags.mode,
      map: flags.map,
      concurrency: flags.concurrency,
      dryRun: flags.dryRun ?? false,
      preserveDates: flags.preserveDates ?? false,
      resume: isResumed,
      journal,
      ...(flags.format !== undefined && { format: flags.format }),
      ...(flags.failed !== undefined && { failed: flags.failed }),
      signal: stop.signal,
      onProgress: (progress) => display.update(progress),
    });
  } finally {
    display.stop();
    release();
  }
  const whole = flags.dryRun ? report : { run, ...report };
  if (flags.report !== undefined) {
    writeFileSync(flags.report, `${JSON.stringify(whole, undefined, 2)}\n`);
  }
  if (flags.json) await print(JSON.stringify(whole));
  else await tell(report, run);
  if (!report.complete && !flags.dryRun) note(`To go on: ${again(run)}`);
  if (stop.signal.aborted) return EXIT.interrupted;
  return report.complete && report.failed === 0 ? EXIT.ok : EXIT.failed;
}

/** The run to go on with, or a new one. */
function runOf(file: string, flags: ImportFlags) {
  if (file !== "-") assertFile(file);
  if (typeof flags.resume === "string") return { ...findRun(flags.resume), isResumed: true };
  if (flags.resume) {
    if (file === "-") {
      throw new UsageError("Which run? Standard input has no name: write --resume RUN.");
    }
    const found = unfinishedRun(file);
    if (found !== undefined) return { ...found, isResumed: true };
    note(`There is no run of ${file} to resume: a new one begins.`);
  }
  const run = newRun();
  return { run, journal: flags.dryRun ? "" : journalOf(run), isResumed: false };
}

function assertFile(file: string): void {
  let isFile = false;
  try {
    isFile = !statSync(file).isDirectory();
  } catch {
    throw new UsageError(`There is no file ${file}.`);
  }
  if (!isFile) throw new UsageError(`${file} is a folder.`);
}

/** The first signal ends the run in order, the second at once: the journal knows what was in flight. */
function onInterrupt(stop: AbortController): () => void {
  const end = () => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    note("\nInterrupted: what is in flight is awaited for up to five seconds.");
    stop.abort();
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  return () => {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  };
}

/** This command line, as it goes on with a run. */
function again(run: string): string {
  const args = process.argv.slice(2).filter((argument) => !argument.startsWith("--resume="));
  const at = args.indexOf("--resume");
  if (at >= 0) args.splice(at, args[at + 1] === run ? 2 : 1);
  const quoted = [...args, "--resume", run].map((part) =>
    /^[\w./:=,@%+-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`,
  );
  return `npx cometchat-users ${quoted.join(" ")}`;
}

const SHOWN = 10;

async function tell(report: ProvisionReport, run: string): Promise<void> {
  const would = report.dryRun ? "would be " : "";
  const parts = (["created", "updated", "unchanged", "skipped"] as const)
    .filter((what) => report[what] > 0)
    .map((what) => `${number(report[what])} ${would}${what}`);
  if (report.failed > 0) {
    parts.push(`${number(report.failed)} ${report.dryRun ? "would be refused" : "failed"}`);
  }
  if (report.notTried > 0) parts.push(`${number(report.notTried)} not tried`);
  await print(
    `${number(report.rows)} row${report.rows === 1 ? "" : "s"}: ${parts.join(", ") || "nothing to do"}`,
  );
  for (const { row, line, column, message } of report.failures.slice(0, SHOWN)) {
    const place = [`row ${row}`, line && `line ${line}`, column && `column ${column}`];
    await print(`  ${place.filter(Boolean).join(", ")}: ${printable(message)}`);
  }
  if (report.failed > SHOWN) {
    const rest = number(report.failed - SHOWN);
    await print(`  and ${rest} more${report.failedFile ? "" : ": --failed FILE writes them all"}`);
  }
  if (report.unusedColumns.length > 0) {
    await print(`Columns that no field is in: ${report.unusedColumns.map(printable).join(", ")}`);
  }
  if (report.failedFile !== undefined && report.failed > 0) {
    await print(`${report.failedFile} has the rows that failed: mend them, and import that file.`);
  }
  if (report.interruption !== undefined) await print(`Not complete: ${report.interruption}`);
  if (report.created > 0 && !report.dryRun) {
    await print(
      `Took ${duration(report.seconds)}. To undo: npx cometchat-users import --undo ${run}`,
    );
  }
}

async function undo(name: string, flags: ImportFlags): Promise<number> {
  const { run, journal } = findRun(name);
  const { admin, appId } = await appOf(flags);
  const report = await undoProvision(journal, { admin, appId });
  if (flags.json) await print(JSON.stringify({ run, ...report }));
  else {
    await print(
      `Run ${run}: ${number(report.deactivated)} users deactivated, ` +
        `${number(report.unchanged)} were so before, ${number(report.notFound)} are not there any more`,
    );
    for (const uid of report.inDoubt) await print(`  ${uid}: may be of this run, stays as it is`);
  }
  return report.inDoubt.length > 0 ? EXIT.failed : EXIT.ok;
}
