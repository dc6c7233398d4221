namespace Monolith.Embeddings.Consumer.Tests.Examples;

internal readonly record struct Visit(long Item, DateTimeOffset Time, bool Bought);
