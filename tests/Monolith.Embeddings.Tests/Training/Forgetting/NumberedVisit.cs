namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>A visit with a number of its own, which is its key.</summary>
internal readonly record struct NumberedVisit(long Number, Visit Visit);
