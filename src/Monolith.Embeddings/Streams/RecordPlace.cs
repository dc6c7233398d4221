namespace Monolith.Embeddings.Streams;

/// <summary>Where a record stands, for messages.</summary>
public readonly record struct RecordPlace
{
    /// <summary>Which record it is: the first of the stream, or the first that was read of a log, is 1.</summary>
    public required long Number { get; init; }

    /// <summary>The place at which it begins; the start where the source counts records alone.</summary>
    public LogPosition Log { get; init; }

    /// <summary>The number of its line, from 1; 0 where it is not known.</summary>
    public long Line { get; init; }

    /// <summary>What its log calls it, "clicks, id 42"; null (the default) where its place says it.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the offset of <see cref="Log"/> is where the record begins, and not somewhere before.</summary>
    internal bool IsOffsetKnown { get; init; }

    /// <summary>
    /// Its name, or "record 7", "clicks.jsonl, line 7", "clicks.jsonl, offset 180" or "clicks.jsonl, line 7, offset 180", by what is known.
    /// </summary>
    public override string ToString() =>
        Name is not null ? Name
        : Line > 0 && IsOffsetKnown ? FormattableString.Invariant($"{Log.Log}, line {Line}, offset {Log.Offset}")
        : IsOffsetKnown ? FormattableString.Invariant($"{Log.Log}, offset {Log.Offset}")
        : Line > 0 ? FormattableString.Invariant($"{Log.Log}, line {Line}")
        : Log.IsStart ? FormattableString.Invariant($"record {Number}")
        : Log.ToString();
}
