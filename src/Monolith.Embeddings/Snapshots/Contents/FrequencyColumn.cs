namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>How the rows of a table count their occurrences.</summary>
internal enum FrequencyColumn
{
    /// <summary>They do not.</summary>
    None = 0,

    /// <summary>By a whole number of 32 bits.</summary>
    Count = 1,

    /// <summary>By a float that decays.</summary>
    Decaying = 2,
}
