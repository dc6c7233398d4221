namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>A record that lies far ahead of its partition, until others confirm its time.</summary>
/// <param name="Log">The place after it.</param>
/// <param name="Number">Its number in its partition.</param>
/// <param name="Phase">What it is.</param>
/// <param name="Time">Its event time.</param>
/// <param name="Entry">Its entry.</param>
internal sealed record HeldRecord(LogPosition Log, long Number, RecordPhase Phase, long Time, byte[] Entry);
