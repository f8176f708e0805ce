export { api } from "./client";
export { ApiError, NetworkError, refusal } from "./errors";
export type * from "./types";
