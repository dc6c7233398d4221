using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Datasets;

/// <summary>A line of a file that a reader could not read and skipped. Immutable; thread-safe.</summary>
public sealed record MalformedLine
{
    /// <summary>The path of the file, as it was given.</summary>
    public required string File { get; init; }

    /// <summary>The line, or the first one of a record that goes over several; the first of the file is 1.</summary>
    public required long LineNumber { get; init; }

    /// <summary>What is wrong with it.</summary>
    public required string Reason { get; init; }

    /// <summary>How it begins: at most 100 characters, control characters replaced by '?'.</summary>
    public required string Text { get; init; }

    /// <summary>How many malformed lines this reading of the file has met, this one included.</summary>
    public required long Count { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(MalformedLine), PrintMembers);
}
