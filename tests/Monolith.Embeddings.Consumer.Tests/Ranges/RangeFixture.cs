using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>The same tables twice: in one set, and cut into ranges.</summary>
internal sealed class RangeFixture : IDisposable
{
    private readonly EmbeddingTableSet[] _parts;

    /// <param name="schema">Makes the schema, a new one each time.</param>
    /// <param name="ranges">Into how many ranges.</param>
    /// <param name="options">Of the whole.</param>
    /// <param name="time">The clock of both.</param>
    /// <param name="answersLater">Whether the ranges answer later.</param>
    public RangeFixture(Func<TableSchema> schema, int ranges, EmbeddingTableSetOptions options, TimeProvider time, bool answersLater)
    {
        One = new EmbeddingTableSet(schema(), options, time);
        _parts = [.. Enumerable.Range(0, ranges).Select(i => new EmbeddingTableSet(schema(), Part(options, new IdRange(i, ranges)), time))];
        TableRanges all = answersLater ? new AnsweringLater(_parts) : new LocalTableRanges(_parts);
        Cut = new PartitionedTableSet(schema(), all, options, time);
    }

    public EmbeddingTableSet One { get; }

    public PartitionedTableSet Cut { get; }

    /// <summary>The ranges.</summary>
    public IReadOnlyList<EmbeddingTableSet> Parts => _parts;

    /// <summary>The table that owns an id.</summary>
    public EmbeddingTable Owner(int table, long id) => _parts[IdRange.IndexOf(id, _parts.Length)].Tables[table];

    public void Dispose()
    {
        One.Dispose();
        foreach (var part in _parts) part.Dispose();
    }

    private static EmbeddingTableSetOptions Part(EmbeddingTableSetOptions options, IdRange range) => new()
    {
        Seed = options.Seed,
        MemoryLimitBytes = options.MemoryLimitBytes,
        EventTimeSkew = options.EventTimeSkew,
        EventTimeConfirmations = options.EventTimeConfirmations,
        RefuseFutureEventTimes = options.RefuseFutureEventTimes,
        Range = range,
    };
}
