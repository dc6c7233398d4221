using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// Removes rows, and returns their memory once enough are gone. An id that comes again begins with first values, fresh optimizer
    /// state, and the admission filter's count from 0.
    /// </summary>
    /// <param name="ids">Any ids, [n]; ids without a row are ignored.</param>
    /// <returns>How many rows were removed.</returns>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public int Remove(ReadOnlySpan<long> ids)
    {
        var verb = new RemoveVerb(ids, _clock.Now());
        _runner.Run(ids, RowLayout.HeaderBytes, ref verb);
        return verb.Removed;
    }

    /// <summary>Removes one row.</summary>
    /// <param name="id">Any id.</param>
    /// <returns>Whether it had one.</returns>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public bool Remove(long id) => Remove([id]) == 1;

    /// <summary>Removes all rows and forgets all counted ids.</summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void Clear()
    {
        var now = _clock.Now();
        _stripes.Gate.EnterExclusive();
        try
        {
            foreach (var stripe in _stripes.All) stripe.Clear(in now);
        }
        finally
        {
            _stripes.Gate.ExitExclusive();
        }
    }
}
