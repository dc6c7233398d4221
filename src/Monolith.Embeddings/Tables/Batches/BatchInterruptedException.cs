namespace Monolith.Embeddings.Tables;

/// <summary>
/// A batch stopped in the middle: memory ran out, or a plug-in threw. Every row is whole: as before the call, as after it, or, where the
/// call created it and then failed to go on, as it was born. The cause is the inner exception.
/// </summary>
public sealed class BatchInterruptedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public BatchInterruptedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public BatchInterruptedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public BatchInterruptedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal BatchInterruptedException(string table, int applied, int total, Exception cause)
        : base($"Table '{table}': a batch stopped after {applied} of {total} ids: {cause.Message} The rows of all ids are whole.", cause)
    {
        (Applied, Total) = (applied, total);
    }

    /// <summary>How many ids of the batch were done; which ones is not defined.</summary>
    public int Applied { get; }

    /// <summary>How many ids the batch had.</summary>
    public int Total { get; }
}
