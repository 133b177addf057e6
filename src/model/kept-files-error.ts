import { OutriggerError, type OutriggerErrorOptions } from "./outrigger-error.ts";

/**
 * `child_pipeline_invalid`: what earlier jobs left makes no pipeline. `disk_full`, `kept_files_unwritable`: this machine. `dotenv_invalid`: a report that a job left. `artifacts_missing`: what a
 * job depends on is not there.
 */
export type KeptFilesReason =
  | "disk_full"
  | "kept_files_unwritable"
  | "dotenv_invalid"
  | "artifacts_missing"
  | "child_pipeline_invalid";

/** What a job leaves, or takes from others, could not be handled; its script may well have passed. */
export class KeptFilesError extends OutriggerError {
  override readonly code: KeptFilesReason;
  constructor(code: KeptFilesReason, message: string, options: OutriggerErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}
