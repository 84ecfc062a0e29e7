import { chunks } from "./api.js";
import { Trajectory } from "./trajectory.js";

/**
 * Sends a request and yields its trajectory each time it grew.
 *
 * @param request as tasks make it
 */
export async function* watched(request, decoding, signal) {
  const trajectory = new Trajectory(request.kept);
  yield trajectory;
  const start = performance.now();
  for await (const chunk of chunks(request.path, { ...request.body, decoding }, signal)) {
    trajectory.see(chunk, performance.now() - start);
    yield trajectory;
  }
}
