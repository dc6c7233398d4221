using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>Says which ids have a row.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="found">Receives the answers, [n].</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans share memory; nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public int Contains(ReadOnlySpan<long> ids, Span<bool> found)
    {
        if (found.Length != ids.Length)
            throw new ArgumentException(
                $"Table '{Name}': {ids.Length} ids need {ids.Length} answers, but there is room for {found.Length}.", nameof(found));
        Overlap.Refuse(ids, found, nameof(ids), nameof(found));
        var verb = new ContainsVerb(ids, found);
        _runner.Run(ids, RowLayout.HeaderBytes, ref verb);
        return verb.Found;
    }

    /// <summary>Whether an id has a row.</summary>
    /// <param name="id">Any id.</param>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public bool Contains(long id)
    {
        var found = false;
        Contains([id], new Span<bool>(ref found));
        return found;
    }
}
