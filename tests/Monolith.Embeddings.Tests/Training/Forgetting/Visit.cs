namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>A person looked at an item.</summary>
internal readonly record struct Visit(long Person, long Item, bool IsClicked, long Time);
