namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>An item that a user was shown.</summary>
internal sealed record Shown(long Request, long Item, long User, DateTimeOffset Time);
