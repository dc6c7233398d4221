using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Snapshots.Inspection;

namespace Monolith.Embeddings.Training.Forgetting;

/// <summary>Reads files of a store, each once, to say which hold some ids. What cannot be read is said, and stops nothing.</summary>
/// <param name="store">The store.</param>
/// <param name="request">The ids.</param>
/// <param name="cancellationToken">Once it is cancelled, no more is read.</param>
internal sealed class HeldSearch(SnapshotStore store, ForgetRequest request, CancellationToken cancellationToken)
{
    private readonly ForgottenSearch _search = new(store, request.AddTo(SuppressionList.Empty), cancellationToken);
    private readonly bool _hasSmall = request.Tables.Any(table => table.Value.Any(ForgottenTally.IsSmall));
    private readonly Dictionary<string, HeldFile?> _seen = new(StringComparer.Ordinal);
    private Dictionary<string, long>? _lengths;

    /// <summary>Those of some files that hold ids, or may.</summary>
    public async Task<IReadOnlyList<HeldFile>> LookAsync(IEnumerable<string> names)
    {
        var held = new List<HeldFile>();
        foreach (var name in names)
        {
            if (!_seen.TryGetValue(name, out var found)) _seen[name] = found = await LookAsync(name).ConfigureAwait(false);
            if (found is not null) held.Add(found);
        }
        return held;
    }

    private async Task<HeldFile?> LookAsync(string name)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _lengths ??= (await store.ListAsync(cancellationToken).ConfigureAwait(false))
                .ToDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal);
            if (!_lengths.TryGetValue(name, out var length)) return null;
            if (length > request.MaxSearchedFileBytes)
                return MayHold(name, $"it has {length} bytes, and up to {request.MaxSearchedFileBytes} are read");
            var (has, missesSmall) = await _search.LookAtAsync(name).ConfigureAwait(false);
            if (has) return new HeldFile { Name = name };
            return missesSmall && _hasSmall ? MayHold(name, "an id of 32 bits cannot be told from other numbers in it") : null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return MayHold(name, "the search was cancelled");
        }
        catch (SnapshotException exception)
        {
            // Retention may have dropped it since.
            return exception.Fault == SnapshotFault.Missing ? null : MayHold(name, $"it could not be read. {exception.Message}");
        }
    }

    private static HeldFile MayHold(string name, string reason) => new() { Name = name, Reason = reason };
}
