using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Serving;

/// <summary>A stretch of the file of a <see cref="DeltaSnapshot"/>: what belongs to one range of ids, or to none.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DeltaPiece
{
    /// <summary>Where it begins in the file, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>How long it is, in bytes; at least 1.</summary>
    public required long Length { get; init; }

    /// <summary>
    /// The first hash of its range of ids, where it holds rows or removals of one. Ranges of a file may be of different lengths, and the
    /// whole range of 64 bits is one of them. Null where it holds something else, such as dense weights.
    /// </summary>
    public ulong? FirstHash { get; init; }

    /// <summary>Where it stands, and its range.</summary>
    public override string ToString() => $"{Length} bytes at {Offset}{(FirstHash is { } hash ? $", ids from {hash:x16} on" : "")}";
}
