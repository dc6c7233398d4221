namespace Monolith.Embeddings.Consumer.Tests.Faults.Clocks;

/// <summary>A host whose clocks jump: the wall clock and the stopwatch each give what they are told.</summary>
internal sealed class OddHostClock(Func<DateTimeOffset> now, Func<long> stopwatch) : TimeProvider
{
    public override long TimestampFrequency => 10_000_000;

    public override DateTimeOffset GetUtcNow() => now();

    public override long GetTimestamp() => stopwatch();
}
