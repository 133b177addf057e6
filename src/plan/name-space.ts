import type { ContainerSpec } from "../model/container.ts";
import type { NameSpacePlan, ServicePlan, StepPlan } from "../model/job-plan.ts";
import type { Job } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { isHostName } from "./drone-names.ts";

/** Docker adds these to every hosts file itself. */
const RESERVED: ReadonlySet<string> = new Set(["localhost", "host.docker.internal"]);

type NetworkOption = "dns" | "dnsSearch" | "extraHosts";
const OPTION_WORDS: Readonly<Record<NetworkOption, string>> = {
  dns: "dns",
  dnsSearch: "dns_search",
  extraHosts: "extra_hosts",
};

/**
 * The name space that a job's containers share. Its image is that of the first step with commands, which has a shell; a
 * job of plugins alone takes its first step's, and the engine says when that has none. Hosts and name servers are the same
 * for all of them: those that containers set differently are refused.
 *
 * @returns `undefined` when there is nothing that could own it; a finding was added.
 * @source DR-99, DR-100, DR-103
 */
export function planNameSpace(
  job: Job,
  plans: { readonly services: readonly ServicePlan[]; readonly steps: readonly StepPlan[] },
  diagnostics: Diagnostic[],
): NameSpacePlan | undefined {
  const owner = plans.steps.find((step) => step.scripts.length > 0) ?? plans.steps[0];
  if (owner === undefined) return undefined;
  const members = membersOf(job);
  diagnostics.push(...findDisagreements(members), ...members.flatMap(furtherNetworks));
  const names = [...plans.services, ...plans.steps]
    .filter((plan) => plan.networkMode === undefined)
    .flatMap((plan) => plan.hostNames);
  return {
    image: owner.image,
    hostNames: [...new Set(names)].filter((name) => isHostName(name) && !RESERVED.has(name.toLowerCase())),
    extraHosts: unique(members, "extraHosts"),
    dns: unique(members, "dns"),
    dnsSearch: unique(members, "dnsSearch"),
  };
}

interface Member {
  /** `service "db"`, for messages. */
  readonly title: string;
  readonly spec: ContainerSpec;
}

function membersOf(job: Job): readonly Member[] {
  return [
    ...job.services.map((service) => ({ title: `service "${service.label}"`, spec: service })),
    ...job.steps.map((step) => ({ title: `step "${step.name}"`, spec: step })),
  ].filter(({ spec }) => spec.networkMode === undefined);
}

function unique(members: readonly Member[], option: NetworkOption): readonly string[] {
  return [...new Set(members.flatMap(({ spec }) => spec[option]))];
}

/** Name servers: whoever sets some must set the same. Hosts: a name must not have two addresses. */
function findDisagreements(members: readonly Member[]): readonly Diagnostic[] {
  const servers = (["dns", "dnsSearch"] as const).flatMap((option) => {
    const users = members.filter(({ spec }) => spec[option].length > 0);
    const [first] = users;
    const other = users.find(({ spec }) => first !== undefined && spec[option].join() !== first.spec[option].join());
    return first === undefined || other === undefined ? [] : [disagreement(first, other, option)];
  });
  const addressOf = new Map<string, { readonly entry: string; readonly member: Member }>();
  const hosts = members.flatMap((member) =>
    member.spec.extraHosts.flatMap((entry) => {
      const name = entry.split(":")[0] ?? entry;
      const known = addressOf.get(name);
      addressOf.set(name, known ?? { entry, member });
      return known === undefined || known.entry === entry ? [] : [disagreement(known.member, member, "extraHosts")];
    }),
  );
  return [...servers, ...hosts];
}

function disagreement(first: Member, other: Member, option: NetworkOption): Diagnostic {
  return {
    severity: "error",
    code: "shared-network-disagreement",
    message: `${first.title} and ${other.title} set different ${OPTION_WORDS[option]} in shared network mode, where all containers have the same`,
    at: other.spec.image.at,
    hint: "let them agree, or give each container its own network: --network bridge",
  };
}

function furtherNetworks({ title, spec }: Member): readonly Diagnostic[] {
  if (spec.networks === undefined || spec.networks.length === 0) return [];
  return [
    {
      severity: "error",
      code: "shared-network-joins-another",
      message: `${title} wants to join the network "${spec.networks.join('", "')}", which a container in shared network mode cannot`,
      at: spec.image.at,
      hint: "use --network bridge",
    },
  ];
}
