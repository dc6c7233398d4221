namespace Monolith.Embeddings.Diagnostics;

/// <summary>What a span says beside its name.</summary>
internal static class SpanTags
{
    /// <summary>The number of a commit.</summary>
    public const string Commit = "monolith.commit.number";

    /// <summary>Whether a commit is full or a delta.</summary>
    public const string Kind = "monolith.commit.kind";

    /// <summary>Bytes that were written.</summary>
    public const string Bytes = "monolith.bytes";

    /// <summary>Rows that were written, read or removed.</summary>
    public const string Rows = "monolith.rows";

    /// <summary>The table's name; none where it is all.</summary>
    public const string Table = "monolith.table.name";

    /// <summary>The replica's name.</summary>
    public const string Replica = "monolith.replica.name";
}
