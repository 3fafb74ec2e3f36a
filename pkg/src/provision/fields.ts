// Makes a user of a row: which column is which field, and what the text of a cell means.

import { CometChatException } from "cometchat-users/server";
import { REASON } from "./csv.js";
import type { Row } from "./row.js";

const DATES = ["createdAt", "lastActiveAt", "deactivatedAt"] as const;
/** The fields that an import reads, and that an export writes. */
export const FIELDS = [
  "uid",
  "name",
  "avatar",
  "link",
  "role",
  "statusMessage",
  "tags",
  "metadata",
  ...DATES,
] as const;

type Field = (typeof FIELDS)[number];

/** A field, or a key of the metadata as `"metadata.department"`. */
export type MappedField = Field | `metadata.${string}`;

/** Which column a field is in, where it is not in the column of its own name. */
export type FieldMap = Partial<Record<MappedField, string>>;

/** A user as a row tells it: not checked yet. */
export type Draft = Partial<Record<Field, unknown>> & { uid?: string };

/** What is wrong with a row, and where. */
export interface Problem {
  /** The column, where the fault is in one. */
  column?: string;
  /** A code of this package or of the service. */
  code: string;
  message: string;
}

/** Reads rows by one map. */
export class FieldReader {
  readonly #mapped: [MappedField, string][];
  readonly #withDates: boolean;
  /** Column names as they are, by what is compared of them. */
  readonly #byName = new Map<string, string | undefined>();

  constructor(map: FieldMap, withDates: boolean) {
    for (const field of Object.keys(map)) {
      if (!isMapped(field)) {
        throw new CometChatException({
          code: "INVALID_OPTIONS",
          message: `There is no field ${field} to map a column to.`,
          details: `There are ${FIELDS.join(", ")}, and metadata.KEY for any KEY.`,
        });
      }
    }
    this.#mapped = Object.entries(map) as [MappedField, string][];
    this.#withDates = withDates;
  }

  /** Finds a CSV's columns, before its first row. Returns those that are used for nothing. */
  header(columns: readonly string[]): string[] {
    const missing = this.#mapped.find(([, column]) => !columns.includes(column));
    if (missing !== undefined) {
      throw unknownColumn(missing[1], columns, `--map ${missing[0]}=COLUMN`);
    }
    const mapped = new Map(this.#mapped.map(([field, column]) => [column, field]));
    const fields = new Set<string>(this.#mapped.map(([field]) => field));
    const unused: string[] = [];
    for (const column of columns) {
      const field = FIELDS.find((field) => plain(field) === plain(column));
      if (field !== undefined && !fields.has(field) && !mapped.has(column)) {
        fields.add(field);
        this.#byName.set(field, column);
      } else if (!mapped.has(column) && column !== "" && column !== REASON) {
        unused.push(column);
      }
    }
    if (!fields.has("uid")) throw unknownColumn("uid", columns, "--map uid=COLUMN");
    return unused;
  }

  /** The column of a field, as messages name it. */
  columnOf(field: string): string {
    const mapped = this.#mapped.find(([name]) => name === field)?.[1];
    return mapped ?? this.#byName.get(field) ?? field;
  }

  /** The user of a row, and what is wrong with its cells. */
  read(row: Row): { draft: Draft; problems: Problem[] } {
    const draft: Draft = {};
    const problems: Problem[] = [];
    const extra: Record<string, unknown> = {};
    const set = (field: MappedField, column: string) => {
      const value = row.values[column];
      if (value === undefined || value === null || value === "") return;
      if (field.startsWith("metadata.")) extra[field.slice("metadata.".length)] = value;
      else if (this.#withDates || !isDate(field)) {
        const read = converted(field as Field, value);
        if (read instanceof Error) {
          problems.push({ column, code: "INVALID_CELL", message: read.message });
        } else draft[field as Field] = read as never;
      }
    };
    for (const [field, column] of this.#mapped) set(field, column);
    for (const field of FIELDS) {
      if (this.#mapped.some(([mapped]) => mapped === field)) continue;
      set(field, this.#byName.get(field) ?? field);
    }
    if (Object.keys(extra).length > 0) {
      draft.metadata = { ...(draft.metadata as object | undefined), ...extra };
    }
    return { draft, problems };
  }
}

const isMapped = (name: string): name is MappedField =>
  (FIELDS as readonly string[]).includes(name) || /^metadata\../.test(name);
const isDate = (field: string) => (DATES as readonly string[]).includes(field);

/** `Status Message`, `status_message` and `statusMessage` are one name. */
const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, "");

const unknownColumn = (name: string, columns: readonly string[], remedy: string) =>
  new CometChatException({
    code: "INVALID_SOURCE",
    message: `The source has no column ${name}.`,
    details: `It has ${columns.map((column) => column || '""').join(", ")}. Say which it is: ${remedy}`,
  });

function converted(field: Field, value: unknown): unknown {
  if (isDate(field)) return seconds(value);
  if (field === "tags") return typeof value === "string" ? tags(value) : value;
  if (field === "metadata") return typeof value === "string" ? metadata(value) : value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return typeof value === "string" && field === "uid" ? value.trim() : value;
}

function tags(text: string): unknown {
  if (!text.trimStart().startsWith("[")) {
    return text
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
  }
  return json(text, "the tags begin like a JSON array, and are none");
}

function metadata(text: string): unknown {
  const value = json(text, "the metadata is not JSON");
  if (value instanceof Error || (typeof value === "object" && value !== null)) return value;
  return new Error("the metadata is not a JSON object");
}

function json(text: string, message: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new Error(message);
  }
}

/** Seconds since 1970, from those, from milliseconds, or from a date as ISO 8601 writes it. */
function seconds(value: unknown): number | Error {
  if (value instanceof Date) return Math.floor(value.getTime() / 1000);
  const number = Number(value);
  if (Number.isFinite(number) && number >= 0) {
    return Math.floor(number >= 1e11 ? number / 1000 : number);
  }
  const date = /^\d{4}-\d\d-\d\d/.test(String(value)) ? Date.parse(String(value)) : Number.NaN;
  if (Number.isFinite(date)) return Math.floor(date / 1000);
  return new Error("it is no date: write 2024-05-17T09:30:00Z, or seconds since 1970");
}
