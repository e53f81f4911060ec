import { useMutation, useQueryClient } from "@tanstack/react-query";
import { maintenanceKey, type TablePlace } from "@/api/maintenance";

/** Something that is done to a table. Whatever became of it, the figures are asked for anew. */
export function useChange<Result, What = void>(place: TablePlace, change: (what: What) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: maintenanceKey(place) });
      void client.invalidateQueries({ queryKey: ["datasets"] });
    },
  });
}
