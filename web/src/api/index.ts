export { api } from "./client";
export { ApiError, NetworkError } from "./errors";
export type * from "./types";
