namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>A click on an item that was shown.</summary>
internal sealed record Clicked(long Request, long Item, DateTimeOffset Time);
