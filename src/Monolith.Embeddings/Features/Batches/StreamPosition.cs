using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Where a stream goes on: bytes that only the source that made them reads. The default is the start of the stream. Immutable;
/// thread-safe.
/// </summary>
/// <param name="bytes">The source's own encoding; not changed afterwards.</param>
[DebuggerDisplay("{ToString()}")]
public readonly struct StreamPosition(ReadOnlyMemory<byte> bytes) : IEquatable<StreamPosition>
{
    /// <summary>The start of the stream.</summary>
    public static StreamPosition Start => default;

    /// <summary>The source's own encoding; empty at the start.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Whether this is the start of the stream.</summary>
    public bool IsStart => Bytes.IsEmpty;

    /// <summary>Whether two positions are the same, byte for byte.</summary>
    /// <param name="left">A position.</param>
    /// <param name="right">A position.</param>
    public static bool operator ==(StreamPosition left, StreamPosition right) => left.Equals(right);

    /// <summary>Whether two positions differ.</summary>
    /// <param name="left">A position.</param>
    /// <param name="right">A position.</param>
    public static bool operator !=(StreamPosition left, StreamPosition right) => !left.Equals(right);

    /// <inheritdoc />
    public bool Equals(StreamPosition other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is StreamPosition other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The bytes in hexadecimal, or "start".</summary>
    public override string ToString() => IsStart ? "start" : Convert.ToHexString(Bytes.Span);
}
