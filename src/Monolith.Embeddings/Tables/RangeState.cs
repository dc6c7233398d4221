using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

/// <summary>What a range of a table holds, as far as the limits of the whole depend on it. Immutable.</summary>
public readonly record struct RangeState
{
    /// <summary>Its rows, those that an eviction under way has yet to reclaim among them.</summary>
    public long Rows { get; init; }

    /// <summary>The ids without a row that its admission filter counts; 0 where their number is not limited.</summary>
    public long CountedIds { get; init; }

    /// <summary>The newest event time that it was told, in whole seconds; the Unix epoch where none is known.</summary>
    public DateTimeOffset NewestEventTime
    {
        get => EventSeconds.ToTime(NewestEventSeconds);
        init => NewestEventSeconds = EventSeconds.Of(value, nameof(NewestEventTime));
    }

    internal uint NewestEventSeconds { get; private init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RangeState), PrintMembers);
}
