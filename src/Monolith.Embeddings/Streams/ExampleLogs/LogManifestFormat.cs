using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// The manifest as bytes, little-endian: magic 8, version 4, identities of log and writer 16 each, first row 8, the files, and a masked
/// CRC-32C of all before it.
/// </summary>
internal static class LogManifestFormat
{
    public const string Name = "manifest";

    private const uint Version = 1;
    private const int GuidBytes = 16, MaxFiles = 1 << 24;

    private static ReadOnlySpan<byte> Magic => "MLTHELOG"u8;

    public static byte[] Write(LogManifest manifest)
    {
        var fields = new FieldWriter();
        fields.Bytes(Magic);
        fields.UInt32(Version);
        fields.Bytes(manifest.Log.ToByteArray(bigEndian: true));
        fields.Bytes(manifest.Writer.ToByteArray(bigEndian: true));
        fields.Int64(manifest.FirstRow);
        fields.List(manifest.Files, static (writer, file) => file.Write(writer));
        fields.UInt32(SnapshotFormat.Mask(Crc32C.Hash(fields.Written)));
        return fields.Written.ToArray();
    }

    /// <exception cref="SnapshotException">The bytes are of no manifest of a log.</exception>
    public static LogManifest Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Magic) || bytes.Length < Magic.Length + (2 * sizeof(uint)))
            throw new SnapshotException(SnapshotFault.Mismatch, Name, "the manifest of an example log",
                "something else: it was cut short, or the store holds snapshots. Give the log a store of its own.");
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]);
        var computed = SnapshotFormat.Mask(Crc32C.Hash(bytes[..^sizeof(uint)]));
        if (stored != computed)
            throw Damaged($"checksum {computed:x8}", $"{stored:x8}: bytes were changed. Put back a copy of the store.");
        try
        {
            return ReadFields(bytes[Magic.Length..^sizeof(uint)]);
        }
        catch (FormatException cause)
        {
            throw Damaged("a manifest", $"something else: {cause.Message}", cause);
        }
    }

    private static LogManifest ReadFields(ReadOnlySpan<byte> bytes)
    {
        var fields = new FieldReader(bytes);
        var version = fields.UInt32();
        if (version != Version)
            throw new SnapshotException(
                SnapshotFault.Mismatch, Name, $"format version {Version}", $"{version}. A newer library may read it.");
        var log = new Guid(fields.Bytes(GuidBytes), bigEndian: true);
        var writer = new Guid(fields.Bytes(GuidBytes), bigEndian: true);
        var manifest = new LogManifest(log, writer, fields.Int64(), fields.List(MaxFiles, "files", LogEntry.Read));
        fields.End();
        var next = manifest.FirstRow;
        foreach (var file in manifest.Files)
        {
            if (file.FirstRow != next) throw new FormatException($"File '{file.Name}' begins with row {file.FirstRow}, not {next}.");
            next = file.EndRow;
        }
        return next >= 0 && manifest.FirstRow >= 0 ? manifest : throw new FormatException($"Its first row is {manifest.FirstRow}.");
    }

    private static SnapshotException Damaged(string expected, string found, Exception? cause = null) =>
        new(SnapshotFault.Damaged, Name, expected, found, cause);
}
