using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>Writes a manifest in its one canonical form.</summary>
internal static class ManifestWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n" };

    public static byte[] Write(SnapshotManifest manifest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var version = ManifestFormat.VersionOf(manifest);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("format"u8, ManifestFormat.Format);
            json.WriteNumber("version"u8, version);
            json.WriteString("chain"u8, manifest.Chain);
            json.WriteNumber("incarnation"u8, manifest.Incarnation);
            if (version > ManifestFormat.OldestVersion) json.WriteString("trainer"u8, manifest.Trainer);
            if (manifest.Heartbeat is { } heartbeat) HeartbeatFormat.Write(json, heartbeat);
            else if (version > ManifestFormat.WithHeartbeat) HeartbeatFormat.WriteNone(json);
            if (manifest.Successor is { } successor) WriteSuccessor(json, successor);
            json.WriteStartArray("commits"u8);
            foreach (var commit in manifest.Commits) WriteCommit(json, commit, version);
            json.WriteEndArray();
            json.WriteString("checksum"u8, ManifestFormat.Digits(0));
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        var bytes = buffer.WrittenSpan.ToArray();
        ManifestFormat.Digits(ManifestFormat.Checksum(bytes)).CopyTo(bytes.AsSpan(ManifestFormat.ChecksumStart(bytes)));
        return bytes;
    }

    private static void WriteSuccessor(Utf8JsonWriter json, SnapshotSuccessor successor)
    {
        json.WriteStartObject("successor"u8);
        json.WriteString("chain"u8, successor.Chain);
        json.WriteString("schema"u8, successor.Schema.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteString("created"u8, successor.Created.UtcDateTime.ToString(ManifestFormat.TimeFormat, CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void WriteCommit(Utf8JsonWriter json, SnapshotCommit commit, ulong version)
    {
        json.WriteStartObject();
        json.WriteNumber("number"u8, commit.Number);
        if (version > ManifestFormat.OldestVersion)
        {
            json.WriteString("id"u8, commit.Id);
            json.WriteString("parent"u8, commit.Parent);
            json.WriteString("trainer"u8, commit.Trainer);
        }
        json.WriteString("kind"u8, commit.Kind == SnapshotKind.Full ? "full"u8 : "delta"u8);
        json.WriteNumber("incarnation"u8, commit.Incarnation);
        json.WriteNumber("from"u8, commit.From);
        json.WriteNumber("to"u8, commit.To);
        json.WriteString("created"u8, commit.Created.UtcDateTime.ToString(ManifestFormat.TimeFormat, CultureInfo.InvariantCulture));
        json.WriteNumber("rows"u8, commit.Rows);
        json.WriteNumber("tombstones"u8, commit.Tombstones);
        WriteFiles(json, commit.Training, commit.Serving);
        if (version >= ManifestFormat.WithParts)
        {
            json.WriteStartArray("parts"u8);
            foreach (var part in commit.Parts) WritePart(json, part);
            json.WriteEndArray();
            WriteSegments(json, "segments"u8, commit.Segments);
            WriteSegments(json, "dropped"u8, commit.DroppedSegments);
        }
        if (version >= ManifestFormat.WithTables) WriteTables(json, commit.ServedTables);
        if (version >= ManifestFormat.WithHeld) json.WriteBoolean("held"u8, commit.IsHeld);
        json.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter json, SnapshotPart part)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, part.Name);
        json.WriteNumber("rows"u8, part.Rows);
        json.WriteNumber("tombstones"u8, part.Tombstones);
        WriteFiles(json, part.Training, part.Serving);
        json.WriteEndObject();
    }

    private static void WriteSegments(Utf8JsonWriter json, ReadOnlySpan<byte> role, IReadOnlyList<SnapshotSegment> segments)
    {
        json.WriteStartArray(role);
        foreach (var segment in segments)
        {
            json.WriteStartObject();
            json.WriteString("section"u8, segment.Section);
            json.WriteString("name"u8, segment.Name);
            WriteFile(json, "file"u8, segment.File);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteTables(Utf8JsonWriter json, IReadOnlyList<ServedTable> tables)
    {
        json.WriteStartArray("tables"u8);
        foreach (var table in tables)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, table.Name);
            json.WriteNumber("from"u8, table.From);
            json.WriteNumber("to"u8, table.To);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFiles(Utf8JsonWriter json, SnapshotFileEntry training, SnapshotFileEntry? serving)
    {
        WriteFile(json, "training"u8, training);
        if (serving is not null) WriteFile(json, "serving"u8, serving);
        else json.WriteNull("serving"u8);
    }

    private static void WriteFile(Utf8JsonWriter json, ReadOnlySpan<byte> role, SnapshotFileEntry file)
    {
        json.WriteStartObject(role);
        json.WriteString("name"u8, file.Name);
        json.WriteNumber("length"u8, file.Length);
        json.WriteString("crc32c"u8, ManifestFormat.Digits(file.Crc32C));
        json.WriteEndObject();
    }
}
