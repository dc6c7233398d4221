using System.Globalization;
using Monolith.Embeddings.Streams.ExampleLogs;

namespace Monolith.Embeddings.Streams;

/// <summary>What an <see cref="ExampleLog"/> holds at one moment. Immutable.</summary>
public sealed record ExampleLogStatus
{
    /// <summary>The number of the first row that is there: 0 until old ones are deleted.</summary>
    public required long FirstRow { get; init; }

    /// <summary>The number that the next row gets.</summary>
    public required long NextRow { get; init; }

    /// <summary>Its files, from the oldest on.</summary>
    public required IReadOnlyList<ExampleLogFile> Files { get; init; }

    /// <summary>How many rows are there.</summary>
    public long Rows => NextRow - FirstRow;

    /// <summary>How many bytes all files have.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{nameof(ExampleLogStatus)}: rows {FirstRow} up to {NextRow}, in {Files.Count} files");

    internal static ExampleLogStatus Of(LogManifest? manifest) => new()
    {
        FirstRow = manifest?.FirstRow ?? 0,
        NextRow = manifest?.NextRow ?? 0,
        Files = [.. manifest?.Files.Select(Of) ?? []],
    };

    private static ExampleLogFile Of(LogEntry file) => new()
    {
        Name = file.Name,
        Bytes = file.File.Length,
        FirstRow = file.FirstRow,
        Rows = file.Rows,
        FirstEventTimeMilliseconds = file.Times.First,
        LastEventTimeMilliseconds = file.Times.Last,
        SchemaFingerprint = file.Fingerprint,
    };
}
