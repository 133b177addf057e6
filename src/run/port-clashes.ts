import type { JobContext } from "./job-context.ts";

/**
 * In a name space that all share, says which services listen on one port by what their images expose, which nobody knew
 * before the images were there. What the file itself declares was said when the job was planned.
 *
 * @source DR-108
 */
export async function warnOfPortClashes({ plan, images, emit }: JobContext): Promise<void> {
  if (plan.network !== "shared") return;
  const listeners = await Promise.all(
    plan.services
      .filter((service) => service.networkMode === undefined)
      .map(async ({ id, image, declaredPorts }) => {
        const { exposedTcpPorts } = await images.fetch(image);
        return { id, declaredPorts, ports: declaredPorts.length > 0 ? declaredPorts : exposedTcpPorts };
      }),
  );
  for (const [index, first] of listeners.entries()) {
    for (const second of listeners.slice(index + 1)) {
      const port = first.ports.find((candidate) => second.ports.includes(candidate));
      if (port === undefined || (first.declaredPorts.includes(port) && second.declaredPorts.includes(port))) continue;
      const text =
        `services "${first.id}" and "${second.id}" both listen on ${port}; in shared network mode only one can. ` +
        "Use --network bridge, or give one of them another port";
      emit({ type: "run.note", level: "warning", job: plan.name, text });
    }
  }
}
