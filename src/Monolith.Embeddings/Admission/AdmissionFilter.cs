namespace Monolith.Embeddings.Admission;

/// <summary>Decides which ids get a row.</summary>
/// <remarks>
/// Each stripe of a table has an instance of its own, whose members run while that stripe is locked: plain single-threaded code that
/// must be quick, must not block, and must not call the table. An id always meets the same instance, and which ids share one is not
/// to be relied on. Ids that hold a row are never asked.
/// </remarks>
public abstract class AdmissionFilter : IDisposable
{
    /// <summary>The name in files and messages, such as <c>min-occurrences</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How many ids the filter remembers that hold no row.</summary>
    public virtual long PendingCount => 0;

    /// <summary>The memory that the filter holds, in bytes; it counts toward the table set's limit.</summary>
    public virtual long Bytes => 0;

    /// <summary>
    /// Whether the filter counts this id already, so that asking for it takes no more memory. Asked where the memory for counted ids is spent; then an
    /// id for which it says false is refused. The default says false.
    /// </summary>
    /// <param name="id">Any id without a row.</param>
    public virtual bool IsPending(long id) => false;

    /// <summary>Counts the occurrences of an id without a row and says whether it gets one now.</summary>
    /// <param name="request">The id and what is known about it.</param>
    public abstract bool Admit(in AdmissionRequest request);

    /// <summary>Says how far an id without a row has come; null where the filter cannot say, which is the default. Changes nothing.</summary>
    /// <param name="id">Any id without a row.</param>
    public virtual AdmissionProgress? Explain(long id) => null;

    /// <summary>Forgets ids last seen at or before a time.</summary>
    /// <param name="eventTime">Seconds since the Unix epoch.</param>
    public virtual void Forget(uint eventTime)
    {
    }

    /// <summary>Forgets everything.</summary>
    public virtual void Clear()
    {
    }

    /// <summary>Releases what the filter holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the filter holds.</summary>
    /// <param name="disposing">Always true: the base class has no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
