namespace Monolith.Embeddings.Consumer.Tests.Faults.Clocks;

/// <summary>A clock that tells one moment, so that two sets that do the same have the same times.</summary>
internal sealed class StoppedClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
}
