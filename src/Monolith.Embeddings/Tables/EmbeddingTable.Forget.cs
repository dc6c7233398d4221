using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// Removes all that the table knows of ids: rows, what an admission filter has counted of them one by one, and what
    /// <see cref="Explain"/> remembers of their removal. The next commit of a chain says that they are removed. An id that comes again
    /// starts as a new one; with an <c>OnlineTrainer</c>, call its <c>ForgetAsync</c> instead, which keeps it from coming back.
    /// </summary>
    /// <remarks>
    /// A sketch (<see cref="Admission.SketchCounterOptions"/>) holds no id, and its counters stay. A filter of one's own is told by
    /// <see cref="Admission.AdmissionFilter.Drop"/>.
    /// </remarks>
    /// <param name="ids">Any ids, [n]; those that the table does not know are ignored.</param>
    /// <returns>How many rows were removed.</returns>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public int Forget(ReadOnlySpan<long> ids)
    {
        var verb = new ForgetVerb(ids);
        _runner.Run(ids, RowLayout.HeaderBytes, ref verb);
        Volatile.Read(ref _audit)?.Forget([.. ids]);
        return verb.Removed;
    }

    /// <summary>The ids that are wanted of all that the table knows by name: with a row, counted, or remembered. Each once.</summary>
    /// <param name="isWanted">Called under a stripe's lock.</param>
    internal long[] Collect(Predicate<long> isWanted)
    {
        var ids = new HashSet<long>();
        _stripes.Gate.EnterShared();
        try
        {
            foreach (var stripe in _stripes.All)
            {
                lock (stripe.Lock) stripe.Collect(isWanted, ids);
            }
        }
        finally
        {
            _stripes.Gate.ExitShared();
        }
        return [.. ids];
    }
}
