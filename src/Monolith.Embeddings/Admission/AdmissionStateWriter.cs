namespace Monolith.Embeddings.Admission;

/// <summary>Takes the records that filters save their state in. One thread's.</summary>
public abstract class AdmissionStateWriter
{
    /// <summary>Takes a record. It is used during the call alone.</summary>
    /// <param name="mixedId">
    /// A mixed id in a partition of the filter: the filter that owns this partition will be given the record. Records of one partition are
    /// given back in the order in which they were written.
    /// </param>
    /// <param name="record">Any bytes.</param>
    public abstract void Write(ulong mixedId, ReadOnlySpan<byte> record);
}
