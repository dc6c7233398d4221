namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>An item that was shown at a place.</summary>
internal record struct PlacedView(long Item, long Category, int Place, bool Clicked);
