import { EngineFailureError } from "../../../model/outrigger-error.ts";

/** The engine's "no", with its status, for decisions inside `engines/docker`; outside it is an {@link EngineFailureError}. */
export class DockerRefusal extends EngineFailureError {
  readonly status: number;
  /** The engine's own words. */
  readonly detail: string;

  constructor(status: number, detail: string) {
    const { code, hint } = explainRefusal(status, detail);
    super(code, `the engine refused: ${detail}`, hint === undefined ? {} : { hint });
    this.status = status;
    this.detail = detail;
  }
}

/** True when the object is not there yet, or was removed meanwhile. */
export function isGone(error: unknown): boolean {
  return error instanceof DockerRefusal && (error.status === 404 || error.code === "no_such_object");
}

/** True when the container exists and its process could not be started at all: its image is at fault, not the engine. */
export function isUnstartable(error: unknown): error is DockerRefusal {
  return error instanceof DockerRefusal && /^(exec_format|command_not_found|command_not_executable)$/.test(error.code);
}

interface Explanation {
  readonly code: string;
  readonly hint?: string;
}

/**
 * Texts of Docker 20.10 to 28 and Podman 4 and 5, first match wins. Statuses alone do not tell these apart: Docker says
 * 400 or 404 where a program is missing in an image, and 500 for a full disk and for an address that is taken.
 */
const KNOWN: readonly (readonly [pattern: RegExp, explanation: Explanation])[] = [
  [
    /pool overlaps|overlaps with other one|subnet \S+ is already (used|in use)|conflicts with an existing network/i,
    { code: "subnet_overlaps" },
  ],
  [
    /non-overlapping IPv4 address pool|address pools have been fully subnetted|could not find free subnet/i,
    {
      code: "no_subnet_left",
      hint: "remove networks that are not used (docker network prune), or give the engine more default-address-pools",
    },
  ],
  [
    /no space left on device|disk quota exceeded/i,
    { code: "disk_full", hint: "make room on the engine's disk (docker system df shows what takes it)" },
  ],
  [
    /exec format error/i,
    { code: "exec_format", hint: "the image is for another processor, or its script has no #! line" },
  ],
  [
    /executable file .*not found|invoke a command that was not found|exec: .*no such file or directory|stat .*: no such file or directory: unknown/i,
    { code: "command_not_found" },
  ],
  [/exec: .*permission denied|exec: .*is a directory/i, { code: "command_not_executable" }],
  [/gathering device information|error stat.?ing device|no such device/i, { code: "device_missing" }],
  [/does not match the (specified|requested|wanted) platform/i, { code: "platform_mismatch" }],
  [
    /operation not permitted|unable to apply caps/i,
    { code: "not_permitted", hint: "the engine itself may not do this on its host" },
  ],
  // Podman 4.3 says 500 where a container names a network that is not made yet.
  [/unable to find network .*network not found/i, { code: "no_such_object" }],
  [/cannot allocate memory/i, { code: "out_of_memory" }],
];

function explainRefusal(status: number, detail: string): Explanation {
  const known = KNOWN.find(([pattern]) => pattern.test(detail));
  if (known) return known[1];
  if (status === 404) return { code: "no_such_object" };
  if (status === 409) return { code: "conflict" };
  if (status === 400) return { code: "bad_request" };
  return { code: "engine_error" };
}
