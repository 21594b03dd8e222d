import { queryOptions, type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ManagerSource, managerKeys, useManager } from '../../app/manager.tsx';

export const fileQuery = (source: ManagerSource, id: string) =>
  queryOptions({ queryKey: managerKeys.file(id), queryFn: ({ signal }) => source.file(id, signal) });

export const tariffsQuery = (source: ManagerSource) =>
  queryOptions({ queryKey: managerKeys.tariffs, queryFn: ({ signal }) => source.tariffs(signal) });

export const membersQuery = (source: ManagerSource) =>
  queryOptions({ queryKey: managerKeys.members, queryFn: ({ signal }) => source.members(signal) });

/** Resolves when the page shows the file as it is now. */
export function useRefresh(id: string): () => Promise<void> {
  const queryClient = useQueryClient();
  return async () => {
    void queryClient.invalidateQueries({ queryKey: managerKeys.clients });
    await queryClient.invalidateQueries({ queryKey: managerKeys.file(id) });
  };
}

/** The version of the file that was fetched last: a page that is being drawn may not show it yet. */
export function useLatestVersion(id: string): () => string | undefined {
  const queryClient = useQueryClient();
  const source = useManager();
  return () => queryClient.getQueryData(fileQuery(source, id).queryKey)?.version;
}

/** One act upon a file; it is over when the page shows what came of it. */
export function useFileAct<Input, Output>(
  id: string,
  run: (source: ManagerSource, input: Input) => Promise<Output>,
): UseMutationResult<Output, unknown, Input> {
  const source = useManager();
  const refresh = useRefresh(id);
  return useMutation<Output, unknown, Input>({ mutationFn: (input) => run(source, input), onSettled: refresh });
}
