// What the core answers as what an `AdminClient` gives: its plain data with the package's classes.

import { CometChatException, type ExceptionFields } from "../exception.js";
import { User, type UserFields } from "../user.js";
import type { EnsuredUser, ImportOutcome } from "./options.js";

export const nothing = (): void => {};
export const same = <T>(answer: T): T => answer;
export const made = <M extends object>(fields: UserFields<M>): User<M> => new User<M>(fields);

export const ensured = <M extends object>({ user, created }: EnsuredUser<M>): EnsuredUser<M> => ({
  user: new User<M>(user),
  created,
});

type PlainOutcome<M extends object> = {
  uid: string;
  user?: UserFields<M>;
  error?: ExceptionFields;
};

export const imported = <M extends object>(outcomes: PlainOutcome<M>[]): ImportOutcome<M>[] =>
  outcomes.map(({ uid, user, error }) =>
    error ? { uid, error: new CometChatException(error) } : { uid, user: new User<M>(user ?? {}) },
  );

/** Any list as an array; what is none is left to the core to report. */
export function listed(values: Iterable<unknown>): unknown {
  const isList = typeof values === "object" && values !== null && Symbol.iterator in values;
  return isList ? [...values] : values;
}
