namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>What the readers of a stress test saw.</summary>
internal sealed record StressCounts
{
    /// <summary>Rows asked for.</summary>
    public long Read { get; set; }

    /// <summary>Rows that were there.</summary>
    public long Found { get; set; }

    /// <summary>Rows whose floats were not all equal.</summary>
    public long Torn { get; set; }

    /// <summary>Rows that held what was never written to their id.</summary>
    public long Foreign { get; set; }

    /// <summary>
    /// Rows older than one that the same reader had seen of that id, or than one whose write had returned before the read began.
    /// </summary>
    public long Backwards { get; set; }

    /// <summary>Rows newer than any write that had begun.</summary>
    public long FromTheFuture { get; set; }

    /// <summary>Rows that were missing although no removal could explain it.</summary>
    public long Lost { get; set; }

    public StressCounts Plus(StressCounts other) => new()
    {
        Read = Read + other.Read,
        Found = Found + other.Found,
        Torn = Torn + other.Torn,
        Foreign = Foreign + other.Foreign,
        Backwards = Backwards + other.Backwards,
        FromTheFuture = FromTheFuture + other.FromTheFuture,
        Lost = Lost + other.Lost,
    };
}
