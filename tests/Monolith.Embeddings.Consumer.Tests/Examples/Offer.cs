namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>An item with its price as it was shown to a user.</summary>
internal readonly record struct Offer(long User, DateTimeOffset Time, float Price, int? Age, bool Clicked);
