import { type ImageRef, imageBaseName } from "./image-ref.ts";

const PORTS_OF_IMAGES: Readonly<Record<string, readonly number[]>> = {
  postgres: [5432],
  postgis: [5432],
  mysql: [3306],
  mariadb: [3306],
  redis: [6379],
  valkey: [6379],
  memcached: [11211],
  mongo: [27017],
  rabbitmq: [5672, 15672],
  elasticsearch: [9200],
  opensearch: [9200],
  docker: [2375, 2376],
  minio: [9000],
  nats: [4222],
};

/** Ports that servers of well-known images listen on by default: for hints, before an image is there to be asked. */
export function knownPortsOf(image: ImageRef): readonly number[] {
  return PORTS_OF_IMAGES[imageBaseName(image)] ?? [];
}
