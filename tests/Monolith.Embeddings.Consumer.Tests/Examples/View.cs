namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>What the examples learn from.</summary>
internal record struct View(long User, long Item, bool Clicked, DateTimeOffset Time);
