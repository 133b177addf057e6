/** `npm run setup [IMAGE...]`: an engine and the demo's images, or the ones named; `all` means all that the tests use. */
import { demoImages, testImages } from "../tests/images/stand-ins.ts";
import { prepareMachine, runScript } from "./prepare-machine.ts";

await runScript(async () => {
  const named = process.argv.slice(2).flatMap((name) => (name === "all" ? testImages : [name]));
  const images = named.length > 0 ? named : demoImages;
  const { version, origin } = await prepareMachine(images, console.log);
  console.log(`ready: engine ${version} (${origin}), ${images.length} images`);
  return 0;
});
