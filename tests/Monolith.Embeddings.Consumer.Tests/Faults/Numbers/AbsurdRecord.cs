namespace Monolith.Embeddings.Consumer.Tests.Faults.Numbers;

/// <summary>A click, and what a careless sender may have put beside it.</summary>
internal readonly record struct AbsurdRecord(long User, long Item, bool Clicked, float Dense, float Weight, float IdWeight, float Offset,
    long Milliseconds);
