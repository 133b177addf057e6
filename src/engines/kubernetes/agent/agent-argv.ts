/** Where the agent's script stands; the ConfigMap is called as the pod, its key is the file's name. */
export const AGENT_FOLDER = "/outrigger/agent";
export const AGENT_FILE = "agent.sh";
/** Scripts, their output and their exit codes; of the agents alone, services do not see it. */
export const STAGES_FOLDER = "/outrigger/stages";

export type AgentCommand = "serve" | "deliver" | "follow" | "stop" | "leave" | "table" | "unpack";

/** A command of the agent, as argv. @source K-112 */
export function agentArgv(command: AgentCommand, ...words: readonly string[]): readonly string[] {
  return ["sh", `${AGENT_FOLDER}/${AGENT_FILE}`, command, ...words];
}

/** Each agent has a folder of its own, which those beside it see as well. */
export function agentFolder(container: string): string {
  return `${STAGES_FOLDER}/${container}`;
}
