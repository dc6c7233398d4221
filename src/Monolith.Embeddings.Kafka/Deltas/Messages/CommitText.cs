using System.Buffers;
using System.Text.Json;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Deltas.Messages;

/// <summary>
/// What the manifest says of a delta, as JSON in a message: all that replicas need of it, without the segments of incremental sections,
/// which they read from the store.
/// </summary>
internal static class CommitText
{
    /// <summary>Writes a delta that has no parts.</summary>
    public static byte[] Write(SnapshotCommit commit)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("number"u8, commit.Number);
            json.WriteString("id"u8, commit.Id);
            json.WriteString("parent"u8, commit.Parent);
            json.WriteNumber("incarnation"u8, commit.Incarnation);
            json.WriteString("trainer"u8, commit.Trainer);
            json.WriteNumber("from"u8, commit.From);
            json.WriteNumber("to"u8, commit.To);
            json.WriteString("created"u8, commit.Created);
            json.WriteNumber("rows"u8, commit.Rows);
            json.WriteNumber("tombstones"u8, commit.Tombstones);
            json.WriteBoolean("held"u8, commit.IsHeld);
            Write(json, "training"u8, commit.Training);
            if (commit.Serving is { } serving) Write(json, "serving"u8, serving);
            json.WriteStartArray("tables"u8);
            foreach (var table in commit.ServedTables)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, table.Name);
                json.WriteNumber("from"u8, table.From);
                json.WriteNumber("to"u8, table.To);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a delta; null where the bytes are none.</summary>
    public static SnapshotCommit? Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return Read(json.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static SnapshotCommit Read(JsonElement json) => new()
    {
        Kind = SnapshotKind.Delta,
        Number = json.GetProperty("number").GetUInt64(),
        Id = json.GetProperty("id").GetGuid(),
        Parent = json.GetProperty("parent").GetGuid(),
        Incarnation = json.GetProperty("incarnation").GetUInt64(),
        Trainer = json.GetProperty("trainer").GetGuid(),
        From = json.GetProperty("from").GetUInt64(),
        To = json.GetProperty("to").GetUInt64(),
        Created = json.GetProperty("created").GetDateTimeOffset(),
        Rows = json.GetProperty("rows").GetInt64(),
        Tombstones = json.GetProperty("tombstones").GetInt64(),
        IsHeld = json.GetProperty("held").GetBoolean(),
        Training = ReadFile(json.GetProperty("training")),
        Serving = json.TryGetProperty("serving", out var serving) ? ReadFile(serving) : null,
        ServedTables = [.. json.GetProperty("tables").EnumerateArray().Select(ReadTable)],
    };

    private static SnapshotFileEntry ReadFile(JsonElement json) => new()
    {
        Name = json.GetProperty("name").GetString() ?? "",
        Length = json.GetProperty("length").GetInt64(),
        Crc32C = json.GetProperty("crc32c").GetUInt32(),
    };

    private static ServedTable ReadTable(JsonElement json) => new()
    {
        Name = json.GetProperty("name").GetString() ?? "",
        From = json.GetProperty("from").GetUInt64(),
        To = json.GetProperty("to").GetUInt64(),
    };

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> role, SnapshotFileEntry file)
    {
        json.WriteStartObject(role);
        json.WriteString("name"u8, file.Name);
        json.WriteNumber("length"u8, file.Length);
        json.WriteNumber("crc32c"u8, file.Crc32C);
        json.WriteEndObject();
    }
}
