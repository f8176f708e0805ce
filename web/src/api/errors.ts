export interface FieldError {
  field: string;
  reason: string;
}

/** An answer of the server that is not a success: a problem document, or something foreign. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly fields: FieldError[];
  readonly retryAfter: number | undefined;

  constructor(status: number, body: Record<string, unknown>, retryAfter?: number) {
    const text = [body.message, body.detail, body.title].find(
      (value): value is string => typeof value === "string" && value !== "",
    );
    super(text ?? `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.code = typeof body.code === "string" ? body.code : String(status);
    this.requestId = typeof body.request_id === "string" ? body.request_id : undefined;
    this.fields = Array.isArray(body.details) ? body.details.filter(isFieldError) : [];
    this.retryAfter = retryAfter;
  }

  /** The reason the server gives for one field, if it gives one. */
  reason(field: string): string | undefined {
    return this.fields.find((entry) => entry.field === field || entry.field.startsWith(`${field}[`))
      ?.reason;
  }
}

/** The reason the server gave for a field. */
export function refusal(error: Error | null, field: string) {
  return error instanceof ApiError ? error.reason(field) : undefined;
}

/** The server was not reached at all. */
export class NetworkError extends Error {
  constructor() {
    super("network");
    this.name = "NetworkError";
  }
}

function isFieldError(value: unknown): value is FieldError {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as FieldError).field === "string" &&
    typeof (value as FieldError).reason === "string"
  );
}
