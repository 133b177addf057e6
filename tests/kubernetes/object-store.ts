import { randomUUID } from "node:crypto";
import { type JsonRecord, toRecord, toText } from "../../src/engines/json.ts";

export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly version: number;
  readonly resource: string;
  readonly namespace: string;
  readonly object: JsonRecord;
}

export interface ObjectPlace {
  /** As in paths: `pods`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A watch that begins there would miss something. */
export class VersionTooOld extends Error {}

/** So many changes are remembered for watches that begin late. */
const REMEMBERED = 2_000;

/** All objects of the fake cluster, and every change to them, in the order of their versions. */
export class ObjectStore {
  readonly #objects = new Map<string, JsonRecord>();
  #history: StoreEvent[] = [];
  #forgottenUpTo = 0;
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  #version = 100;

  get version(): string {
    return String(this.#version);
  }

  /** @returns undefined when there is one of that name. */
  create(place: ObjectPlace, value: JsonRecord): JsonRecord | undefined {
    if (this.#objects.has(keyOf(place))) return undefined;
    const metadata = {
      ...toRecord(value["metadata"]),
      namespace: place.namespace,
      uid: randomUUID(),
      creationTimestamp: new Date().toISOString(),
    };
    return this.#put("ADDED", place, { ...value, metadata });
  }

  find(place: ObjectPlace): JsonRecord | undefined {
    return this.#objects.get(keyOf(place));
  }

  list(resource: string, namespace: string): readonly JsonRecord[] {
    const head = keyOf({ resource, namespace, name: "" });
    return [...this.#objects].flatMap(([key, object]) => (key.startsWith(head) ? [object] : []));
  }

  /** @returns undefined when it is gone. */
  change(place: ObjectPlace, change: (object: JsonRecord) => JsonRecord): JsonRecord | undefined {
    const object = this.find(place);
    return object === undefined ? undefined : this.#put("MODIFIED", place, change(object));
  }

  /** Takes what it owns along. */
  remove(place: ObjectPlace): void {
    const object = this.find(place);
    if (object === undefined) return;
    this.#objects.delete(keyOf(place));
    this.#tell("DELETED", place, withVersion(object, ++this.#version));
    const uid = toText(toRecord(object["metadata"])["uid"]);
    for (const resource of ["configmaps", "secrets", "pods"]) {
      for (const owned of this.list(resource, place.namespace)) {
        const { name, ownerReferences } = toRecord(owned["metadata"]);
        const owners = Array.isArray(ownerReferences) ? ownerReferences.map(toRecord) : [];
        if (owners.some((owner) => owner["uid"] === uid)) {
          this.remove({ resource, namespace: place.namespace, name: toText(name) ?? "" });
        }
      }
    }
  }

  /**
   * Tells every change after a version, what is remembered of them at once.
   *
   * @throws VersionTooOld
   */
  watch(from: number, listener: (event: StoreEvent) => void): () => void {
    if (from < this.#forgottenUpTo) throw new VersionTooOld();
    for (const event of this.#history) if (event.version > from) listener(event);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As a cluster does from time to time: no watch can begin before now. */
  forgetHistory(): void {
    this.#history = [];
    this.#forgottenUpTo = ++this.#version;
  }

  #put(type: StoreEvent["type"], place: ObjectPlace, value: JsonRecord): JsonRecord {
    const object = withVersion(value, ++this.#version);
    this.#objects.set(keyOf(place), object);
    this.#tell(type, place, object);
    return object;
  }

  #tell(type: StoreEvent["type"], { resource, namespace }: ObjectPlace, object: JsonRecord): void {
    const event = { type, version: this.#version, resource, namespace, object };
    this.#history.push(event);
    if (this.#history.length > REMEMBERED) this.#forgottenUpTo = this.#history.shift()?.version ?? 0;
    for (const listen of this.#listeners) listen(event);
  }
}

function keyOf({ resource, namespace, name }: ObjectPlace): string {
  return `${resource}/${namespace}/${name}`;
}

function withVersion(object: JsonRecord, version: number): JsonRecord {
  return { ...object, metadata: { ...toRecord(object["metadata"]), resourceVersion: String(version) } };
}
