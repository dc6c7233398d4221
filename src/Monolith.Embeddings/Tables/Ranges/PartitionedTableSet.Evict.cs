using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables.Ranges;

namespace Monolith.Embeddings.Tables;

public sealed partial class PartitionedTableSet
{
    /// <inheritdoc />
    public override async ValueTask<long> EvictAsync(CancellationToken cancellationToken = default)
    {
        var removed = 0L;
        if (_isStale) await ReadStatesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var table in _tables)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (table.Options.Expiry is not null) removed += await EvictAsync(table).ConfigureAwait(false);
        }
        return removed;
    }

    /// <inheritdoc />
    public override async ValueTask<long> EvictTableAsync(int table, CancellationToken cancellationToken = default)
    {
        RequireTable(table);
        cancellationToken.ThrowIfCancellationRequested();
        if (_isStale) await ReadStatesAsync(cancellationToken).ConfigureAwait(false);
        return _tables[table].Options.Expiry is null ? 0 : await EvictAsync(_tables[table]).ConfigureAwait(false);
    }

    // Once begun it is not cancelled: a range that was not told would keep what is dead in another.
    private async ValueTask<long> EvictAsync(PartitionedTable table)
    {
        _isStale = true;
        try
        {
            var bounds = await FindBoundsAsync(table).ConfigureAwait(false);
            return await _ranges.EvictAsync(table.Index, Now(table), bounds, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await ReadStatesAsync(table, CancellationToken.None).ConfigureAwait(false);
            _isStale = false;
        }
    }

    private async ValueTask<UInt128[]> FindBoundsAsync(PartitionedTable table)
    {
        if (table.Kept.IsEmpty) return [];
        await _ranges.BeginRankingAsync(table.Index, CancellationToken.None).ConfigureAwait(false);
        var bounds = new UInt128[table.Kept.Length];
        for (var i = 0; i < bounds.Length; i++)
        {
            using var histogram = new RankHistogram(table.Kept[i]);
            do await _ranges.CountRanksAsync(table.Index, i, histogram, CancellationToken.None).ConfigureAwait(false);
            while (histogram.TryNarrow());
            bounds[i] = histogram.Bound;
        }
        return bounds;
    }

    private async ValueTask EvictWorstAsync(PartitionedTable table, CancellationToken cancellationToken)
    {
        using var histogram = RankHistogram.OfLowest(table.PassRows);
        do await _ranges.CountRanksAsync(table.Index, null, histogram, cancellationToken).ConfigureAwait(false);
        while (histogram.TryNarrow());
        _isStale = true;
        await _ranges.EvictBelowAsync(table.Index, Now(table), histogram.Bound, cancellationToken).ConfigureAwait(false);
        await ReadStatesAsync(table, cancellationToken).ConfigureAwait(false);
        _isStale = false;
    }

    private ExpiryTime Now(PartitionedTable table) =>
        new(table.NewestEventSeconds, (uint)Math.Clamp(_time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue));
}
