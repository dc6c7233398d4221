namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>A <see cref="TopKFilter"/> as a search asks it: a copy that threads may share. Its memory is used again.</summary>
internal sealed class TopKFilterSets
{
    private readonly HashSet<long> _only = [];
    private readonly HashSet<long> _except = [];
    private long[] _exceptByQuery = [];
    private int[] _offsets = [];
    private bool _hasOnly, _isByQuery;
    private Func<long, bool>? _where;

    /// <exception cref="ArgumentException">The offsets do not fit; nothing was written.</exception>
    public void Take(in TopKFilter filter, int queries)
    {
        Forget();
        _isByQuery = !filter.ExceptOffsets.IsEmpty;
        if (_isByQuery) TakeByQuery(filter.Except, filter.ExceptOffsets, queries);
        else
        {
            foreach (var id in filter.Except) _except.Add(id);
        }
        foreach (var id in filter.Only) _only.Add(id);
        (_hasOnly, _where) = (filter.HasOnly, filter.Where);
    }

    /// <summary>Lets go of what belongs to the caller.</summary>
    public void Forget()
    {
        _only.Clear();
        _except.Clear();
        (_where, _hasOnly, _isByQuery) = (null, false, false);
    }

    public bool Allows(int query, long id)
    {
        if (_hasOnly && !_only.Contains(id)) return false;
        if (_isByQuery ? Excluded(query).BinarySearch(id) >= 0 : _except.Count > 0 && _except.Contains(id)) return false;
        return _where is null || _where(id);
    }

    private ReadOnlySpan<long> Excluded(int query) => _exceptByQuery.AsSpan(_offsets[query].._offsets[query + 1]);

    private void TakeByQuery(ReadOnlySpan<long> except, ReadOnlySpan<int> offsets, int queries)
    {
        RequireFit(except.Length, offsets, queries);
        if (_offsets.Length < offsets.Length) _offsets = new int[offsets.Length];
        if (_exceptByQuery.Length < except.Length) _exceptByQuery = new long[Math.Max(except.Length, 2 * _exceptByQuery.Length)];
        offsets.CopyTo(_offsets);
        except.CopyTo(_exceptByQuery);
        for (var i = 0; i < queries; i++) _exceptByQuery.AsSpan(_offsets[i].._offsets[i + 1]).Sort();
    }

    private static void RequireFit(int except, ReadOnlySpan<int> offsets, int queries)
    {
        var fits = offsets.Length == queries + 1 && offsets[0] == 0 && offsets[^1] == except;
        for (var i = 1; fits && i < offsets.Length; i++) fits = offsets[i] >= offsets[i - 1];
        if (fits) return;
        throw new ArgumentException(
            $"{nameof(TopKFilter)}.{nameof(TopKFilter.ExceptOffsets)} must be {queries + 1} offsets for {queries} queries, ascending from "
            + $"0 to the {except} ids of {nameof(TopKFilter.Except)}; there are {offsets.Length}, from {offsets[0]} to {offsets[^1]}.",
            nameof(offsets));
    }
}
