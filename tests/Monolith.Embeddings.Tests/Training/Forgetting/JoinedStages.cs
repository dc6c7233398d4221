namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>What stands behind a joiner.</summary>
[Flags]
internal enum JoinedStages
{
    None = 0,
    Sampler = 1,
    Log = 2,
}
