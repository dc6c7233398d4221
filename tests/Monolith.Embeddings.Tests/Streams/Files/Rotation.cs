namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>How a log is rotated.</summary>
public enum Rotation
{
    Counter,
    PackedCounter,
    Date,
    PackedDate,
    Copy,
}
