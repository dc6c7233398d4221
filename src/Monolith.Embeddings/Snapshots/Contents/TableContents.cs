namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>What a file holds of one table. Immutable; thread-safe.</summary>
internal sealed class TableContents
{
    public required TableDescription Description { get; init; }

    /// <summary>How its rows stand in the file.</summary>
    public required RecordLayout Records { get; init; }

    /// <summary>The blocks of its rows, by their places among all blocks of the file.</summary>
    public required IReadOnlyList<int> RowBlocks { get; init; }

    /// <summary>The blocks of removed ids, 8 bytes each; none in a full.</summary>
    public required IReadOnlyList<int> RemovedBlocks { get; init; }

    /// <summary>The blocks of the admission filter's state; none in a serving file.</summary>
    public required IReadOnlyList<int> AdmissionBlocks { get; init; }

    /// <summary>How many rows the file holds.</summary>
    public required long Rows { get; init; }

    /// <summary>How many removals the file holds.</summary>
    public required long Removed { get; init; }
}
