import { api } from "../../api";
import { generalOf, type Changes } from "./serviceDraft";

/** Some of what counts for the default service is kept with the settings of ACME. */
export async function saveService(name: string, changes: Changes) {
  const { general, own } = name === "default" ? generalOf(changes) : { general: {}, own: changes };
  if (Object.keys(general).length > 0) await api.patch("/acme/settings", { body: general });
  if (Object.keys(own).length > 0) {
    await api.patch("/acme/services/{name}", { path: { name }, body: own });
  }
}
