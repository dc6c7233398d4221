using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Ranking;

namespace Monolith.Embeddings.Serving;

public abstract partial class Predictor
{
    /// <summary>
    /// Finds the items with the largest logits for a request, among all that have a row: exact, by scoring each. For models whose logit is
    /// a dot product: <see cref="FactorizationMachine"/>, <see cref="LogisticRegression"/>, whose items differ by their bias alone, and
    /// models of your own with <see cref="OnlineModel.ItemQueries"/>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// An item's score is the logit that <see cref="Predict"/> makes of <c>request.Add().Id(item, id)</c>, except for rounding: of the
    /// probability p it is log(p / (1 - p)). With a built-in model the two sum the same terms in another order, and so differ by at most
    /// 2 (n + 4) 2^-24 M, with n the number of floats in a row of the request's blocks, and M the sum of the magnitudes of global bias,
    /// biases, dense weights times features, and, for each element of the vectors, the square of the sum of all slots' magnitudes.
    /// </para>
    /// <para>
    /// What an item has beside its id (a category in a slot of its own, a price) is not known to the search, and counts as absent, and so
    /// does what is derived from the searched slot, such as a cross. Then
    /// search for more than is needed, add the candidates with all that they have to the same request, and <see cref="Predict"/> them.
    /// </para>
    /// <para>
    /// Of a model of several tasks it is the logit of the reported one (<see cref="OnlineModelOptions.ReportedTask"/>).
    /// </para>
    /// <para>A slot or dense feature that is not written to <see cref="PredictionRequest.Shared"/> is absent, or 0.</para>
    /// </remarks>
    /// <param name="request">
    /// A request of this predictor with what all items share, and no candidates. It stays as it is: candidates can be added afterwards.
    /// </param>
    /// <param name="item">The slot whose ids are searched for; all ids of its table are candidates, also those of other slots.</param>
    /// <param name="ids">
    /// Receives the ids, [k], the largest score first; of equal scores the lower id first, as a signed number. Places after the last
    /// one found stay as they are.
    /// </param>
    /// <param name="scores">Receives the logits, [k].</param>
    /// <param name="filter">Which items may be found, such as all but those seen; all where it is left out.</param>
    /// <param name="maxDegreeOfParallelism">
    /// On how many threads, 1 (the default) to 256, or -1 for as many as there are processors. Small tables are searched by fewer.
    /// </param>
    /// <returns>How many were found: fewer than k where there are fewer rows. Items whose score is not finite are left out.</returns>
    /// <exception cref="NotSupportedException">The model's logit is not a dot product; the message says what to do instead.</exception>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit, the slot is another schema's or is written to what is shared, or the request is another predictor's; nothing
    /// was written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The request has candidates, or is in use by another thread.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The predictor is disposed, the request was handed back, or the tables of a live predictor are disposed.
    /// </exception>
    public TopKResult TopK(
        PredictionRequest request, FeatureSlot item, Span<long> ids, Span<float> scores, TopKFilter filter = default,
        int maxDegreeOfParallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(item);
        return request.TopK(this, item, ids, scores, in filter, maxDegreeOfParallelism);
    }

    /// <summary>
    /// Finds the rows of a table with the largest dot products with a query of your own, such as the vector of a user tower: exact, by
    /// scoring each row as it is held, in its precision.
    /// </summary>
    /// <param name="table">A table's name.</param>
    /// <param name="query">
    /// [the table's dimension], as a row's weights stand: of a table with a bias and a vector, the weight of the bias and then the vector.
    /// </param>
    /// <param name="ids">Receives the ids, [k], ordered as those of a request are.</param>
    /// <param name="scores">Receives the dot products, [k].</param>
    /// <param name="filter">Which rows may be found; all where it is left out.</param>
    /// <param name="maxDegreeOfParallelism">On how many threads, 1 (the default) to 256, or -1 for all processors.</param>
    /// <returns>How many were found: fewer than k where there are fewer rows. Rows whose score is not finite are left out.</returns>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit, or the results share memory; nothing was written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of its range.</exception>
    /// <exception cref="ReplicaNotReadyException">A replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed, or the tables of a live one are.</exception>
    public TopKResult TopK(
        string table, ReadOnlySpan<float> query, Span<long> ids, Span<float> scores, TopKFilter filter = default,
        int maxDegreeOfParallelism = 1)
    {
        Span<int> found = stackalloc int[1];
        return TopK(table, query, ids.Length, ids, scores, found, filter, maxDegreeOfParallelism);
    }

    /// <summary>
    /// Finds the rows of a table with the largest dot products with each of several queries in one pass over them.
    /// </summary>
    /// <param name="table">A table's name.</param>
    /// <param name="queries">[n, the table's dimension], each as the query of a single search.</param>
    /// <param name="k">How many to find for each query, at least 0.</param>
    /// <param name="ids">Receives the ids, [n, k].</param>
    /// <param name="scores">Receives the dot products, [n, k].</param>
    /// <param name="found">Receives how many were found for each query, [n].</param>
    /// <param name="filter">Which rows may be found; <see cref="TopKFilter.ExceptOffsets"/> excludes ids a query.</param>
    /// <param name="maxDegreeOfParallelism">On how many threads, 1 (the default) to 256, or -1 for all processors.</param>
    /// <returns>How many were found in all.</returns>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit, or the results share memory; nothing was written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ReplicaNotReadyException">A replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed, or the tables of a live one are.</exception>
    public TopKResult TopK(
        string table, ReadOnlySpan<float> queries, int k, Span<long> ids, Span<float> scores, Span<int> found,
        TopKFilter filter = default, int maxDegreeOfParallelism = 1)
    {
        var state = Acquire();
        try
        {
            return TopKSearch.Run(
                state.RowsOf(state.PlaceOf(table)), queries, 0, k, ids, scores, found, in filter, maxDegreeOfParallelism);
        }
        finally
        {
            state.Release();
        }
    }
}
