using Monolith.Embeddings.Tables.Ranking;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private LiveRows? _liveRows;

    /// <summary>
    /// Finds the rows with the largest dot products with a query, by scoring all rows where they lie: exact, whatever the number of
    /// threads and stripes. The rest of the table goes on: a stripe is locked for some thousand scores at a time. A row that is there
    /// throughout is scored exactly once, as it was at one moment. Nothing is allocated once the buffers have grown.
    /// </summary>
    /// <param name="query">
    /// [<see cref="Dimension"/>], as a row's weights stand: of a table with a bias and a vector, the weight of the bias (usually 1) and
    /// then the query vector. Zeros for a segment that is not to count.
    /// </param>
    /// <param name="ids">
    /// Receives the ids, [k], the largest score first; of equal scores the lower id first, as a signed number. Places after the last
    /// one found stay as they are.
    /// </param>
    /// <param name="scores">Receives the scores, [k].</param>
    /// <param name="filter">Which rows may be found; all where it is left out.</param>
    /// <param name="maxDegreeOfParallelism">
    /// On how many threads, 1 (the default) to 256, or -1 for as many as there are processors. Small tables are searched by fewer.
    /// </param>
    /// <returns>How many were found: fewer than k where there are fewer rows. Rows whose score is not finite are left out.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, or the results share memory; nothing was written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public TopKResult TopK(
        ReadOnlySpan<float> query, Span<long> ids, Span<float> scores, TopKFilter filter = default, int maxDegreeOfParallelism = 1)
    {
        Span<int> found = stackalloc int[1];
        return TopK(query, ids.Length, ids, scores, found, filter, maxDegreeOfParallelism);
    }

    /// <summary>
    /// Finds the rows with the largest dot products with each of several queries in one pass: a row is read from memory once for all of
    /// them. The results are those of single searches.
    /// </summary>
    /// <param name="queries">[n, <see cref="Dimension"/>], each as the query of a single search.</param>
    /// <param name="k">How many to find for each query, at least 0.</param>
    /// <param name="ids">Receives the ids, [n, k].</param>
    /// <param name="scores">Receives the scores, [n, k].</param>
    /// <param name="found">Receives how many were found for each query, [n].</param>
    /// <param name="filter">Which rows may be found; <see cref="TopKFilter.ExceptOffsets"/> excludes ids a query.</param>
    /// <param name="maxDegreeOfParallelism">On how many threads, 1 (the default) to 256, or -1 for all processors.</param>
    /// <returns>How many were found in all.</returns>
    /// <inheritdoc cref="TopK(ReadOnlySpan{float}, Span{long}, Span{float}, TopKFilter, int)" path="/exception" />
    public TopKResult TopK(
        ReadOnlySpan<float> queries, int k, Span<long> ids, Span<float> scores, Span<int> found, TopKFilter filter = default,
        int maxDegreeOfParallelism = 1)
    {
        _stripes.Gate.RequireOpen();
        return TopKSearch.Run(LiveRows, queries, 0, k, ids, scores, found, in filter, maxDegreeOfParallelism);
    }

    /// <summary>The rows, for a search.</summary>
    internal LiveRows LiveRows => _liveRows ??= new LiveRows(Name, _stripes, _rules.Layout);
}
