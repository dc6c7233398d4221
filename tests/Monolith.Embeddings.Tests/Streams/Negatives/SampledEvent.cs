namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>What a user did with an item.</summary>
/// <param name="User">The user; null where the row has none.</param>
/// <param name="Items">The ids of the item slot: one, as a rule.</param>
/// <param name="Categories">The item's categories.</param>
/// <param name="Weight">The weight of the first category.</param>
/// <param name="Price">A dense value of the item.</param>
/// <param name="Hour">A dense value of the context.</param>
/// <param name="Label">The label, NaN for none.</param>
/// <param name="Time">The event time.</param>
/// <param name="Request">The request, 0 for none.</param>
internal sealed record SampledEvent(
    long? User, long[] Items, long[] Categories, float Weight, float Price, float Hour, float Label, long Time, long Request);
