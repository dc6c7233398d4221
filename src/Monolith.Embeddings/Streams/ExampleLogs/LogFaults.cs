using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>Failures of the store of an example log, which name it: a trainer has another store, whose files look alike.</summary>
internal static class LogFaults
{
    /// <summary>A failure, as one of the log that a store holds.</summary>
    public static SnapshotException In(SnapshotStore store, SnapshotException fault)
    {
        if (fault.Owner.Length > 0 || fault.File.Length == 0 || fault.Expected.Length == 0) return fault;
        var where = store is FileSnapshotStore files ? $"'{files.Folder}'" : $"a {store.GetType().Name}";
        return new SnapshotException(fault, $"the example log in {where}");
    }

    /// <summary>Does something with a store; a failure names the log.</summary>
    public static async ValueTask<T> CallAsync<T>(SnapshotStore store, Func<ValueTask<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (SnapshotException fault) when (fault.Owner.Length == 0)
        {
            throw In(store, fault);
        }
    }
}
