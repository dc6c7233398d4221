using System.Globalization;
using System.Text.Json;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Snapshots.Backup;

/// <summary>
/// What a store of back-ups has in the place of a manifest: the list of its back-ups. No reader takes it for a manifest, so that neither a
/// trainer nor a replica opens the store by mistake. Readable JSON, with a checksum over all its other bytes.
/// </summary>
/// <param name="Entries">The back-ups, oldest first.</param>
/// <param name="Going">
/// Names of files that are being deleted: no new back-up counts on them. They are listed before the first of them is deleted, and a back-up
/// that was begun before is not listed without beginning again. A name stands there once for each cleaning that may delete it, and
/// permanently where one died.
/// </param>
internal sealed record BackupCatalogue(IReadOnlyList<SnapshotBackupEntry> Entries, IReadOnlyList<string> Going)
{
    /// <summary>The catalogue of a store that is empty.</summary>
    public static readonly BackupCatalogue Empty = new([], []);

    private const string Format = "monolith-backups";
    private const int Version = 1;

    private static readonly JsonWriterOptions _options = new() { Indented = true, NewLine = "\n" };

    /// <summary>Reads a catalogue.</summary>
    /// <exception cref="SnapshotException">The bytes are none, or were changed.</exception>
    public static BackupCatalogue Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            if (root.GetProperty("format").GetString() != Format || root.GetProperty("version").GetInt32() != Version)
                throw Other($"something else, or a catalogue of another version than {Version}.");
            var catalogue = new BackupCatalogue(
                [.. root.GetProperty("backups").EnumerateArray().Select(Read)],
                [.. root.GetProperty("going").EnumerateArray().Select(name => name.GetString() ?? "")]);
            // What would be written differently was changed, whatever its checksum.
            if (bytes.Span.SequenceEqual(catalogue.ToBytes())) return catalogue;
            throw new SnapshotException(
                SnapshotFault.Damaged, DiskManifest.Name, "the catalogue of back-ups", "other bytes: it was changed.");
        }
        catch (JsonException cause)
        {
            // A manifest of a chain is JSON too.
            throw new SnapshotException(SnapshotFault.Damaged, DiskManifest.Name, "the catalogue of back-ups",
                $"bytes that are none: {cause.Message} It was cut short or changed.", cause);
        }
        catch (Exception cause) when (cause is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw Other($"something else: {cause.Message}");
        }
    }

    /// <summary>Writes the catalogue.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, _options))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
            json.WriteStartArray("backups");
            foreach (var entry in Entries) Write(json, entry);
            json.WriteEndArray();
            json.WriteStartArray("going");
            foreach (var name in Going) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteString("checksum", new string('0', ManifestFormat.ChecksumDigits));
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        var bytes = stream.ToArray();
        ManifestFormat.Digits(ManifestFormat.Checksum(bytes)).CopyTo(bytes, ManifestFormat.ChecksumStart(bytes));
        return bytes;
    }

    private static void Write(Utf8JsonWriter json, SnapshotBackupEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.Id);
        json.WriteString("created", Text(entry.Created));
        json.WriteString("chain", entry.Chain);
        json.WriteNumber("commit", entry.Commit);
        json.WriteString("commitId", entry.CommitId);
        json.WriteString("commitCreated", Text(entry.CommitCreated));
        json.WriteNumber("bytes", entry.Bytes);
        json.WriteString("manifest", entry.Manifest.Name);
        json.WriteNumber("manifestLength", entry.Manifest.Length);
        json.WriteNumber("manifestCrc32C", entry.Manifest.Crc32C);
        json.WriteEndObject();
    }

    private static SnapshotBackupEntry Read(JsonElement json) => new()
    {
        Id = json.GetProperty("id").GetGuid(),
        Created = Time(json.GetProperty("created")),
        Chain = json.GetProperty("chain").GetGuid(),
        Commit = json.GetProperty("commit").GetUInt64(),
        CommitId = json.GetProperty("commitId").GetGuid(),
        CommitCreated = Time(json.GetProperty("commitCreated")),
        Bytes = json.GetProperty("bytes").GetInt64(),
        Manifest = new()
        {
            Name = json.GetProperty("manifest").GetString() ?? "",
            Length = json.GetProperty("manifestLength").GetInt64(),
            Crc32C = json.GetProperty("manifestCrc32C").GetUInt32(),
        },
    };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(ManifestFormat.TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(JsonElement json) => DateTimeOffset.ParseExact(
        json.GetString() ?? "", ManifestFormat.TimeFormat, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static SnapshotException Other(string found) => new(
        SnapshotFault.Mismatch, DiskManifest.Name, "the catalogue of a store of back-ups",
        $"{found} Back-ups go into a store of their own.");
}
