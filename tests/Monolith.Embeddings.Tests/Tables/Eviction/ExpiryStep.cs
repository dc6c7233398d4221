namespace Monolith.Embeddings.Tests.Tables.Eviction;

/// <summary>One step of a history of expiry; what it carries follows from the seed.</summary>
internal sealed record ExpiryStep(int Verb, int Seed);
