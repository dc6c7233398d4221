namespace Monolith.Embeddings.Tests.Training.Schedules;

/// <summary>A commit, as the stream sees it.</summary>
/// <param name="Batches">After how many batches it was cut.</param>
/// <param name="HasDense">Whether replicas got dense weights with it.</param>
/// <param name="LeftOut">The tables that replicas did not get with it.</param>
internal readonly record struct CommitPlace(long Batches, bool HasDense, string LeftOut = "");
