namespace Monolith.Embeddings.Admission.Counting;

/// <summary>How often ids without a row were seen, by mixed id. Not thread-safe.</summary>
internal abstract class OccurrenceCounts : IDisposable
{
    /// <summary>How many ids are counted.</summary>
    public abstract long Count { get; }

    public abstract long Bytes { get; }

    /// <summary>Whether a count may be larger than it should be.</summary>
    public abstract bool IsUpperBound { get; }

    public abstract bool Contains(ulong mixedId);

    /// <summary>Counts occurrences.</summary>
    /// <param name="mixedId">Whose.</param>
    /// <param name="request">How many, and when.</param>
    /// <param name="threshold">Beyond it need not be counted.</param>
    /// <returns>How many there were, these included.</returns>
    /// <exception cref="OutOfMemoryException">There is no memory to grow; nothing changed.</exception>
    public abstract long Add(ulong mixedId, in AdmissionRequest request, int threshold);

    /// <summary>The count as it was when the id was last seen.</summary>
    public abstract int CountOf(ulong mixedId);

    public abstract void Remove(ulong mixedId);

    /// <inheritdoc cref="AdmissionFilter.CollectPending"/>
    public virtual void Collect(Predicate<long> isWanted, ICollection<long> ids)
    {
    }

    /// <inheritdoc cref="AdmissionFilter.Forget"/>
    public abstract void Forget(uint eventTime);

    public abstract void Clear();

    public abstract void Save(AdmissionStateWriter writer);

    /// <inheritdoc cref="AdmissionFilter.BeginSave"/>
    public virtual FilterSave? BeginSave(AdmissionStateWriter writer)
    {
        Save(writer);
        return null;
    }

    /// <inheritdoc cref="AdmissionFilter.Load"/>
    public abstract void Load(ulong mixedId, ReadOnlySpan<byte> record);

    public abstract void Dispose();
}
