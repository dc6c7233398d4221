namespace Monolith.Embeddings.Tables;

/// <summary>
/// Which rows a search for the largest scores may find. What is set narrows it down, all together; by default every row may be found. The
/// spans belong to the caller and are used during the call alone.
/// </summary>
/// <example>
/// <code>
/// // The 20 best items for user 42 that this user has not seen.
/// var (ids, logits) = (new long[20], new float[20]);
/// using var request = predictor.Rent(0);
/// request.Shared.Id(user, 42);
/// var found = predictor.TopK(request, item, ids, logits, new() { Except = seen }).Count;
/// </code>
/// </example>
public readonly ref struct TopKFilter
{
    private readonly ReadOnlySpan<long> _only;

    /// <summary>Ids that are not found, such as those that the user has seen; in any order, repeated ones count once.</summary>
    public ReadOnlySpan<long> Except { get; init; }

    /// <summary>
    /// For a batch of queries that exclude different ids: query i excludes those of <see cref="Except"/> from the i-th offset up to, not
    /// with, the next. One more than there are queries, ascending from 0. Empty (the default): every query excludes all of them.
    /// </summary>
    public ReadOnlySpan<int> ExceptOffsets { get; init; }

    /// <summary>The ids that may be found, and no others; an empty span finds nothing. Not set: every id may be found.</summary>
    public ReadOnlySpan<long> Only
    {
        get => _only;
        init
        {
            _only = value;
            HasOnly = true;
        }
    }

    /// <summary>
    /// Says whether an id may be found; null (the default): all. Asked only about ids that are among the best so far, possibly more often
    /// than once, and with several threads on any of them. No lock of the table is held meanwhile; what it throws ends the search.
    /// </summary>
    public Func<long, bool>? Where { get; init; }

    internal bool HasOnly { get; private init; }
}
