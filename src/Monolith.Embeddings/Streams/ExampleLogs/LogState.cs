using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>What a commit says of a log. Immutable.</summary>
/// <param name="Log">The log's identity.</param>
/// <param name="NextRow">How many rows the log has at the commit.</param>
/// <param name="Files">Files of the commit that the manifest may not list yet, in order.</param>
internal sealed record LogState(Guid Log, long NextRow, IReadOnlyList<LogEntry> Files)
{
    private const uint Version = 1;
    private const int GuidBytes = 16;

    public static byte[] Write(Guid log, long nextRow)
    {
        var fields = new FieldWriter();
        fields.UInt32(Version);
        fields.Bytes(log.ToByteArray(bigEndian: true));
        fields.Int64(nextRow);
        return fields.Written.ToArray();
    }

    public static byte[] Write(LogEntry file)
    {
        var fields = new FieldWriter();
        file.Write(fields);
        return fields.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are of no state.</exception>
    public static LogState Read(ReadOnlySpan<byte> section, IEnumerable<byte[]> files)
    {
        try
        {
            var fields = new FieldReader(section);
            var version = fields.UInt32();
            if (version != Version) throw new FormatException($"Its version is {version}, not {Version}.");
            var log = new Guid(fields.Bytes(GuidBytes), bigEndian: true);
            var row = fields.Int64();
            fields.End();
            return new LogState(log, row, [.. files.Select(ReadFile).OrderBy(file => file.FirstRow)]);
        }
        catch (FormatException cause)
        {
            throw new InvalidDataException($"What the commit says of the example log is something else: {cause.Message}", cause);
        }
    }

    private static LogEntry ReadFile(byte[] bytes)
    {
        var fields = new FieldReader(bytes);
        var entry = LogEntry.Read(ref fields);
        fields.End();
        return entry;
    }
}
