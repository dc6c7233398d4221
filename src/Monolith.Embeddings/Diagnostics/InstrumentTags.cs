namespace Monolith.Embeddings.Diagnostics;

/// <summary>What tells the measurements of an instrument apart.</summary>
internal static class InstrumentTags
{
    /// <summary>The table's name.</summary>
    public const string Table = "table";

    /// <summary>What memory is for.</summary>
    public const string Kind = "kind";

    /// <summary>Why rows were removed.</summary>
    public const string Cause = "cause";

    /// <summary>How many entries of the index moved for a new one.</summary>
    public const string Moves = "moves";
}
