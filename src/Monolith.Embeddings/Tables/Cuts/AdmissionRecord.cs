namespace Monolith.Embeddings.Tables.Cuts;

/// <summary>A record of an admission filter's state.</summary>
/// <param name="MixedId">A mixed id in the partition that it is about.</param>
/// <param name="Bytes">What the filter wrote.</param>
internal readonly record struct AdmissionRecord(ulong MixedId, ReadOnlyMemory<byte> Bytes);
