namespace Monolith.Embeddings.Tables.Observing;

/// <summary>A lookup that was sampled. 16 bytes.</summary>
/// <param name="Id">The id that was asked for.</param>
/// <param name="LookedUp">How many ids lookups had asked the stripe for at that moment.</param>
internal readonly record struct LookupSample(long Id, long LookedUp);
