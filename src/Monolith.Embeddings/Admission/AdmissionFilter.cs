namespace Monolith.Embeddings.Admission;

/// <summary>Decides which ids get a row.</summary>
/// <remarks>
/// Each stripe of a table has an instance of its own, whose members run while that stripe is locked: plain single-threaded code that
/// must be quick, must not block, and must not call the table. An id always meets the same instance. Ids that hold a row are never asked.
/// </remarks>
public abstract class AdmissionFilter : IDisposable
{
    /// <summary>The name in files and messages, such as <c>min-occurrences</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// How many ids the filter remembers that hold no row. It rises by at most 1 for each id that the filter is asked about.
    /// </summary>
    public virtual long PendingCount => 0;

    /// <summary>The memory that the filter holds, in bytes; it counts toward the table set's limit.</summary>
    public virtual long Bytes => 0;

    /// <summary>The part of <see cref="Bytes"/> that the set's account knows of.</summary>
    internal virtual long AccountedBytes => 0;

    /// <summary>
    /// Whether asking for the id takes no more memory, because the filter counts it already, or need not count it. Asked where the memory
    /// for counted ids is spent; then an id for which it says false is refused. The default says false.
    /// </summary>
    /// <param name="id">Any id without a row.</param>
    public virtual bool IsPending(long id) => false;

    /// <summary>
    /// Counts the occurrences of an id without a row and says whether it may get one now. What it counted it keeps: others may have to
    /// agree, and only <see cref="Drop"/> says that the row is there. So an id that came far enough is let in at each further occurrence
    /// too.
    /// </summary>
    /// <param name="request">The id and what is known about it.</param>
    public abstract bool Admit(in AdmissionRequest request);

    /// <summary>
    /// Forgets an id because it has its row now; should it lose the row, it starts again from 0. The default does nothing.
    /// </summary>
    /// <param name="id">An id; the filter need not know it.</param>
    public virtual void Drop(long id)
    {
    }

    /// <summary>
    /// Says how far an id without a row has come; null where the filter cannot say, which is the default. Changes nothing.
    /// </summary>
    /// <param name="id">Any id without a row.</param>
    public virtual AdmissionProgress? Explain(long id) => null;

    /// <summary>Forgets ids last seen at or before a time.</summary>
    /// <param name="eventTime">The time, of whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> for ids seen without one.</param>
    public virtual void Forget(DateTimeOffset eventTime)
    {
    }

    /// <summary>Forgets everything.</summary>
    public virtual void Clear()
    {
    }

    /// <summary>Writes everything that the filter remembers, as records; the default writes none. Changes nothing.</summary>
    /// <param name="writer">Takes the records.</param>
    public virtual void Save(AdmissionStateWriter writer)
    {
    }

    /// <summary>
    /// Begins to write what <see cref="Save"/> writes, as it is now. The filter may change before that is finished. The default writes
    /// everything at once. One save at a time.
    /// </summary>
    /// <param name="writer">Takes the records.</param>
    /// <returns>Writes the rest, and must be disposed; null where everything is written.</returns>
    internal virtual FilterSave? BeginSave(AdmissionStateWriter writer)
    {
        Save(writer);
        return null;
    }

    /// <summary>
    /// Reads a record that <see cref="Save"/> wrote, into a filter that remembers nothing but what other records told it. The filter need
    /// not own the same run of partitions as the one that wrote it, but owns the record's. The default refuses every record.
    /// </summary>
    /// <param name="mixedId">The mixed id that the record was written under.</param>
    /// <param name="record">Its bytes.</param>
    /// <exception cref="InvalidDataException">The record is malformed, or of a filter with other options; nothing changed.</exception>
    public virtual void Load(ulong mixedId, ReadOnlySpan<byte> record) =>
        throw new InvalidDataException($"Filter '{Name}' keeps no state, but was given a record of {record.Length} bytes.");

    /// <summary>Adds the ids that the filter counts and that are wanted, as far as it knows them by name; the default adds none.</summary>
    internal virtual void CollectPending(Predicate<long> isWanted, ICollection<long> ids)
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
