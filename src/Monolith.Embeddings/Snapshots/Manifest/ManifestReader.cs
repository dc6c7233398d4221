using System.Globalization;
using System.Text;
using System.Text.Json;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>
/// Reads a manifest as its writer would write it again, byte for byte: there is one form of each manifest, so that whatever differs is
/// damage.
/// </summary>
internal static class ManifestReader
{
    private const string File = DiskManifest.Name;

    /// <exception cref="SnapshotException">The bytes are not a manifest's.</exception>
    public static SnapshotManifest Read(ReadOnlySpan<byte> bytes)
    {
        CheckChecksum(bytes);
        var manifest = ReadJson(bytes);
        if (!ManifestWriter.Write(manifest).AsSpan().SequenceEqual(bytes))
            throw Damaged("a manifest as it is written", "another spelling of it.");
        ManifestRules.Check(manifest);
        return manifest;
    }

    private static void CheckChecksum(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < ManifestFormat.Tail.Length + ManifestFormat.ChecksumDigits || !bytes.EndsWith(ManifestFormat.Tail))
            throw Damaged(
                "an end with a checksum", $"{bytes.Length} bytes without it: the manifest was cut short, or something was appended.");
        var expected = ManifestFormat.Digits(ManifestFormat.Checksum(bytes));
        var found = bytes.Slice(ManifestFormat.ChecksumStart(bytes), ManifestFormat.ChecksumDigits);
        if (found.SequenceEqual(expected)) return;
        throw Damaged($"checksum {Encoding.ASCII.GetString(expected)}", $"'{Encoding.ASCII.GetString(found)}': bytes were changed.");
    }

    private static SnapshotManifest ReadJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var json = new ManifestTokens(bytes);
            json.Take(JsonTokenType.StartObject);
            var format = json.Text("format"u8);
            if (format != ManifestFormat.Format) throw new FormatException($"The format is '{format}', not '{ManifestFormat.Format}'.");
            var version = json.Number("version"u8);
            if (version is < ManifestFormat.OldestVersion or > ManifestFormat.Version)
            {
                throw new SnapshotException(SnapshotFault.Mismatch, File,
                    $"format version {ManifestFormat.OldestVersion} to {ManifestFormat.Version}",
                    $"{version}. A newer library may read it.");
            }
            var chain = Identity(ref json, "chain"u8);
            var incarnation = json.Number("incarnation"u8);
            var trainer = version > ManifestFormat.OldestVersion ? Identity(ref json, "trainer"u8) : Guid.Empty;
            var heartbeat = version >= ManifestFormat.WithHeartbeat ? HeartbeatFormat.Read(ref json) : null;
            var successor = version >= ManifestFormat.Version ? ReadSuccessor(ref json) : null;
            var commits = ReadCommits(ref json, version);
            json.Text("checksum"u8);
            json.Take(JsonTokenType.EndObject);
            return new SnapshotManifest(chain, incarnation, commits, trainer, successor).With(heartbeat);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new SnapshotException(SnapshotFault.Damaged, File, "a manifest", $"something else: {exception.Message}", exception);
        }
    }

    private static SnapshotSuccessor ReadSuccessor(ref ManifestTokens json)
    {
        json.Property("successor"u8);
        json.Take(JsonTokenType.StartObject);
        var successor = new SnapshotSuccessor
        {
            Chain = Identity(ref json, "chain"u8),
            Schema = ulong.Parse(json.Text("schema"u8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            Created = ReadTime(ref json),
        };
        json.Take(JsonTokenType.EndObject);
        return successor;
    }

    private static DateTimeOffset ReadTime(ref ManifestTokens json) => DateTimeOffset.ParseExact(
        json.Text("created"u8), ManifestFormat.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static List<SnapshotCommit> ReadCommits(ref ManifestTokens json, ulong version)
    {
        var commits = new List<SnapshotCommit>();
        json.Property("commits"u8);
        json.Take(JsonTokenType.StartArray);
        while (!json.Ends(JsonTokenType.EndArray)) commits.Add(ReadCommit(ref json, version));
        return commits;
    }

    private static SnapshotCommit ReadCommit(ref ManifestTokens json, ulong version)
    {
        json.Is(JsonTokenType.StartObject);
        var hasIdentity = version > ManifestFormat.OldestVersion;
        var commit = new SnapshotCommit
        {
            Number = json.Number("number"u8),
            Id = hasIdentity ? Identity(ref json, "id"u8) : Guid.Empty,
            Parent = hasIdentity ? Identity(ref json, "parent"u8) : Guid.Empty,
            Trainer = hasIdentity ? Identity(ref json, "trainer"u8) : Guid.Empty,
            Kind = json.Text("kind"u8) == "full" ? SnapshotKind.Full : SnapshotKind.Delta,
            Incarnation = json.Number("incarnation"u8),
            From = json.Number("from"u8),
            To = json.Number("to"u8),
            Created = ReadTime(ref json),
            Rows = checked((long)json.Number("rows"u8)),
            Tombstones = checked((long)json.Number("tombstones"u8)),
            Training = ReadTraining(ref json),
            Serving = ReadFile(ref json, "serving"u8),
        };
        if (version >= ManifestFormat.WithParts)
        {
            commit = commit with
            {
                Parts = ReadParts(ref json),
                Segments = ReadSegments(ref json, "segments"u8),
                DroppedSegments = ReadSegments(ref json, "dropped"u8),
            };
        }
        if (version >= ManifestFormat.WithTables) commit = commit with { ServedTables = ReadTables(ref json) };
        if (version >= ManifestFormat.WithHeld) commit = commit with { IsHeld = json.Boolean("held"u8) };
        json.Take(JsonTokenType.EndObject);
        return commit;
    }

    private static List<SnapshotPart> ReadParts(ref ManifestTokens json)
    {
        var parts = new List<SnapshotPart>();
        json.Property("parts"u8);
        json.Take(JsonTokenType.StartArray);
        while (!json.Ends(JsonTokenType.EndArray))
        {
            json.Is(JsonTokenType.StartObject);
            parts.Add(new SnapshotPart
            {
                Name = json.Text("name"u8),
                Rows = checked((long)json.Number("rows"u8)),
                Tombstones = checked((long)json.Number("tombstones"u8)),
                Training = ReadTraining(ref json),
                Serving = ReadFile(ref json, "serving"u8),
            });
            json.Take(JsonTokenType.EndObject);
        }
        return parts;
    }

    private static List<SnapshotSegment> ReadSegments(ref ManifestTokens json, ReadOnlySpan<byte> role)
    {
        var segments = new List<SnapshotSegment>();
        json.Property(role);
        json.Take(JsonTokenType.StartArray);
        while (!json.Ends(JsonTokenType.EndArray))
        {
            json.Is(JsonTokenType.StartObject);
            segments.Add(new SnapshotSegment
            {
                Section = json.Text("section"u8),
                Name = json.Text("name"u8),
                File = ReadFile(ref json, "file"u8) ?? throw new FormatException("A segment has no file."),
            });
            json.Take(JsonTokenType.EndObject);
        }
        return segments;
    }

    private static List<ServedTable> ReadTables(ref ManifestTokens json)
    {
        var tables = new List<ServedTable>();
        json.Property("tables"u8);
        json.Take(JsonTokenType.StartArray);
        while (!json.Ends(JsonTokenType.EndArray))
        {
            json.Is(JsonTokenType.StartObject);
            tables.Add(new ServedTable { Name = json.Text("name"u8), From = json.Number("from"u8), To = json.Number("to"u8) });
            json.Take(JsonTokenType.EndObject);
        }
        return tables;
    }

    private static Guid Identity(ref ManifestTokens json, ReadOnlySpan<byte> name) => Guid.ParseExact(json.Text(name), "D");

    private static SnapshotFileEntry ReadTraining(ref ManifestTokens json) =>
        ReadFile(ref json, "training"u8) ?? throw new FormatException("There is no file for training.");

    private static SnapshotFileEntry? ReadFile(ref ManifestTokens json, ReadOnlySpan<byte> role)
    {
        json.Property(role);
        if (json.Ends(JsonTokenType.Null)) return null;
        json.Is(JsonTokenType.StartObject);
        var name = json.Text("name"u8);
        var length = checked((long)json.Number("length"u8));
        var checksum = uint.Parse(json.Text("crc32c"u8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        json.Take(JsonTokenType.EndObject);
        return new SnapshotFileEntry { Name = name, Length = length, Crc32C = checksum };
    }

    private static SnapshotException Damaged(string expected, string found) => new(SnapshotFault.Damaged, File, expected, found);
}
