using System.Globalization;
using System.Text.Json;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>How a manifest holds a sign of life.</summary>
internal static class HeartbeatFormat
{
    // In the order of HeartbeatState.
    private static readonly string[] States = ["training", "ended", "diverged", "failed"];

    public static void Write(Utf8JsonWriter json, SnapshotHeartbeat heartbeat)
    {
        json.WriteStartObject("heartbeat"u8);
        json.WriteString("time"u8, Text(heartbeat.Time));
        json.WriteNumber("everyMilliseconds"u8, (ulong)heartbeat.Every.TotalMilliseconds);
        json.WriteString("state"u8, States[(int)heartbeat.State]);
        json.WriteNumber("examples"u8, heartbeat.Examples);
        json.WriteNumber("uncommitted"u8, heartbeat.Uncommitted);
        json.WriteString("eventTime"u8, Text(heartbeat.EventTime));
        json.WriteEndObject();
    }

    /// <summary>Writes that there is none, where the version says whether.</summary>
    public static void WriteNone(Utf8JsonWriter json) => json.WriteNull("heartbeat"u8);

    /// <exception cref="FormatException">It is neither one nor none.</exception>
    public static SnapshotHeartbeat? Read(ref ManifestTokens json)
    {
        json.Property("heartbeat"u8);
        if (json.Ends(JsonTokenType.Null)) return null;
        json.Is(JsonTokenType.StartObject);
        var heartbeat = new SnapshotHeartbeat
        {
            Time = Time(json.Text("time"u8)),
            Every = TimeSpan.FromMilliseconds(checked((long)json.Number("everyMilliseconds"u8))),
            State = StateOf(json.Text("state"u8)),
            Examples = checked((long)json.Number("examples"u8)),
            Uncommitted = checked((long)json.Number("uncommitted"u8)),
            EventTime = Time(json.Text("eventTime"u8)),
        };
        json.Take(JsonTokenType.EndObject);
        return heartbeat;
    }

    private static HeartbeatState StateOf(string text) => Array.IndexOf(States, text) is >= 0 and var state
        ? (HeartbeatState)state
        : throw new FormatException($"'{text}' is no state of a trainer.");

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString(ManifestFormat.TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(
        text, ManifestFormat.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
