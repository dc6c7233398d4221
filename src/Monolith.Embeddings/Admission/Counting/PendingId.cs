namespace Monolith.Embeddings.Admission.Counting;

/// <summary>An id that is counted; 16 bytes.</summary>
/// <param name="Key">Its mixed id, rotated so that the bits that chose the map come last.</param>
/// <param name="Count">How often it was seen, at least 1; 0 marks a free place.</param>
/// <param name="LastSeen">The newest event time that it was seen at.</param>
internal readonly record struct PendingId(ulong Key, int Count, uint LastSeen);
