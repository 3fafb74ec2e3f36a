// The entry `cometchat-users/server`: what a backend does with the REST API key.

export {
  type ClientErrorCode,
  CometChatException,
  type ErrorCode,
  type ExceptionFields,
  type KnownErrorCode,
  type ServiceErrorCode,
  type Violation,
} from "../exception.js";
export type { CreateOptions, Region, RequestOptions } from "../settings.js";
export {
  type EditableFields,
  type Metadata,
  type NewUser,
  User,
  type UserChanges,
  type UserFields,
  type UserWithExtras,
} from "../user.js";
export { validateUser } from "../validate-user.js";
export { AdminClient } from "./admin-client.js";
export { type NodeRequest, type NodeResponse, nodeHandler } from "./node-handler.js";
export type {
  ActivityOutcome,
  AdminOptions,
  AuthToken,
  BlockedUserFilter,
  BlockOutcome,
  DeleteOptions,
  EnsuredUser,
  FailedOutcome,
  GetOptions,
  ImportedOutcome,
  ImportedUser,
  ImportOutcome,
  PageMeta,
  RequestsPerMinute,
  UnsettableField,
  UpdateOptions,
  UserFilter,
  UserPage,
} from "./options.js";
export { type TokenHandler, type TokenHandlerOptions, tokenHandler } from "./token-handler.js";
export type { UserList } from "./user-list.js";
