namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>A clock that stands at any time of any zone.</summary>
internal sealed class OddTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
