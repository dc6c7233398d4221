using System.Numerics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>
/// The form of a file, version 1; all numbers little-endian, and nothing between the parts:
/// <list type="bullet">
/// <item>header: magic 8, version 4, header length 4, kind 4, chain 16, incarnation 8, from 8, to 8, fingerprint length 4 and bytes,
/// number of plug-ins 4 and for each place and name as length 4 and UTF-8, checksum 4;</item>
/// <item>blocks: see <see cref="BlockEntry"/>, any number, sections in any order;</item>
/// <item>directory: a block of section names and counts, then blocks of <see cref="BlockEntry"/>s, one for each block before it;</item>
/// <item>end: magic 8, version 4, sections 4, offset of the directory 8, blocks 8, items 8, payload bytes 8, file length 8, zero 4,
/// checksum 4.</item>
/// </list>
/// Each checksum is a masked CRC-32C of all bytes of its part before it, so that every byte of a file is under one.
/// </summary>
internal static class SnapshotFormat
{
    public const int Version = 1, EndBytes = 64, ChecksumBytes = 4;
    public const int HeaderStartBytes = 16, MinHeaderBytes = HeaderStartBytes + 56, MaxHeaderBytes = StoredLimits.HeaderBytes;

    /// <summary>The longest payload: what bounds a reader's memory.</summary>
    public const int MaxPayloadBytes = StoredLimits.PayloadBytes;

    public const int MaxSections = StoredLimits.Sections, MaxSectionNameBytes = StoredLimits.NameBytes;

    /// <summary>Section numbers of the directory's own blocks.</summary>
    public const uint SectionNames = uint.MaxValue - 1, BlockTable = uint.MaxValue;

    public static ReadOnlySpan<byte> Magic => "MLTHSNAP"u8;

    public static ReadOnlySpan<byte> EndMagic => "MLTHDONE"u8;

    /// <summary>
    /// A checksum as it stands in a file. The CRC of bytes that end in their own CRC is always the same number, so the CRC of a whole file
    /// would say nothing but its parts' lengths; so the stored ones are rotated and offset, as LevelDB does it (its format's "masked crc").
    /// </summary>
    public static uint Mask(uint checksum) => BitOperations.RotateRight(checksum, 15) + 0xA282EAD8;
}
