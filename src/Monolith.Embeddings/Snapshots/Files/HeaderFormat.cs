using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>Writes and reads the header of a file.</summary>
internal static class HeaderFormat
{
    private const int GuidBytes = 16;

    /// <exception cref="ArgumentException">A value cannot stand in a file.</exception>
    public static byte[] Write(SnapshotHeader header)
    {
        Check(header);
        var fields = new FieldWriter();
        fields.UInt32((uint)header.Kind);
        fields.Bytes(header.Chain.ToByteArray(bigEndian: true));
        fields.UInt64(header.Incarnation);
        fields.UInt64(header.From);
        fields.UInt64(header.To);
        fields.UInt32((uint)header.SchemaFingerprint.Length);
        fields.Bytes(header.SchemaFingerprint.Span);
        fields.List(header.PlugIns, WritePlugIn);
        return Frame(fields.Written);
    }

    /// <summary>The length of the header, from its first bytes.</summary>
    /// <exception cref="SnapshotException">They are of no snapshot, or of one of another version.</exception>
    public static int LengthOf(string file, ReadOnlySpan<byte> start)
    {
        if (!start.StartsWith(SnapshotFormat.Magic))
            throw new SnapshotException(SnapshotFault.Damaged, file, "the bytes of a snapshot",
                $"bytes that begin with {Convert.ToHexString(start[..SnapshotFormat.Magic.Length])}.");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (version != SnapshotFormat.Version)
            throw new SnapshotException(
                SnapshotFault.Mismatch, file, $"format version {SnapshotFormat.Version}", $"{version}. A newer library may read it.");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(start[12..]);
        if (length is >= SnapshotFormat.MinHeaderBytes and <= SnapshotFormat.MaxHeaderBytes) return (int)length;
        throw new SnapshotException(SnapshotFault.Damaged, file,
            $"a header of {SnapshotFormat.MinHeaderBytes} to {SnapshotFormat.MaxHeaderBytes} bytes", $"one of {length}.");
    }

    /// <summary>Reads a header whose checksum was found right.</summary>
    /// <exception cref="FormatException">Its fields are not those of a header.</exception>
    public static SnapshotHeader Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new FieldReader(bytes[SnapshotFormat.HeaderStartBytes..^SnapshotFormat.ChecksumBytes]);
        var header = new SnapshotHeader
        {
            Kind = (SnapshotFileKind)fields.UInt32(),
            Chain = new Guid(fields.Bytes(GuidBytes), bigEndian: true),
            Incarnation = fields.UInt64(),
            From = fields.UInt64(),
            To = fields.UInt64(),
            SchemaFingerprint = fields.Bytes(fields.Count(SnapshotHeader.MaxFingerprintBytes, "bytes of fingerprint")).ToArray(),
            PlugIns = fields.List(SnapshotHeader.MaxPlugIns, "plug-ins", ReadPlugIn),
        };
        fields.End();
        header.Check();
        return header;
    }

    private static void Check(SnapshotHeader header)
    {
        try
        {
            header.Check();
        }
        catch (FormatException exception)
        {
            throw new ArgumentException(exception.Message, nameof(header), exception);
        }
        if (header.SchemaFingerprint.Length > SnapshotHeader.MaxFingerprintBytes || header.PlugIns.Count > SnapshotHeader.MaxPlugIns)
        {
            throw new ArgumentException(
                $"A fingerprint of {header.SchemaFingerprint.Length} bytes and {header.PlugIns.Count} plug-ins are more than the "
                + $"{SnapshotHeader.MaxFingerprintBytes} and {SnapshotHeader.MaxPlugIns} that a file holds.", nameof(header));
        }
    }

    private static byte[] Frame(ReadOnlySpan<byte> fields)
    {
        var length = SnapshotFormat.HeaderStartBytes + fields.Length + SnapshotFormat.ChecksumBytes;
        if (length > SnapshotFormat.MaxHeaderBytes)
        {
            throw new ArgumentException(
                $"The header takes {length} bytes; at most {SnapshotFormat.MaxHeaderBytes} are allowed.", nameof(fields));
        }
        var bytes = new byte[length];
        SnapshotFormat.Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), SnapshotFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), length);
        fields.CopyTo(bytes.AsSpan(SnapshotFormat.HeaderStartBytes));
        var checksum = Crc32C.Hash(bytes.AsSpan(0, length - SnapshotFormat.ChecksumBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(length - SnapshotFormat.ChecksumBytes), SnapshotFormat.Mask(checksum));
        return bytes;
    }

    private static void WritePlugIn(FieldWriter fields, KeyValuePair<string, string> plugIn)
    {
        fields.Text(plugIn.Key, SnapshotHeader.MaxTextBytes);
        fields.Text(plugIn.Value, SnapshotHeader.MaxTextBytes);
    }

    private static KeyValuePair<string, string> ReadPlugIn(ref FieldReader fields) =>
        new(fields.Text(SnapshotHeader.MaxTextBytes), fields.Text(SnapshotHeader.MaxTextBytes));
}
