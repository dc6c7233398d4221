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

    /// <summary>The task that is predicted.</summary>
    public const string Task = "task";

    /// <summary>How many places of a ranking count.</summary>
    public const string K = "k";

    /// <summary>The model's name.</summary>
    public const string Model = "model";

    /// <summary>The slot's name.</summary>
    public const string Slot = "slot";

    /// <summary>The raw column's name.</summary>
    public const string Number = "number";

    /// <summary>The status that a measurement is of.</summary>
    public const string Status = "status";

    /// <summary>The replica's name.</summary>
    public const string Replica = "replica";

    /// <summary>Which of two versions answered.</summary>
    public const string Arm = "arm";
}
