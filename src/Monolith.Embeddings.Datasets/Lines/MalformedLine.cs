using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Datasets;

/// <summary>A line of a file that a reader could not read and skipped. Immutable; thread-safe.</summary>
/// <param name="File">The path of the file, as it was given.</param>
/// <param name="LineNumber">The line, or the first one of a record that goes over several; the first of the file is 1.</param>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="Text">How it begins: at most 100 characters, control characters replaced by '?'.</param>
/// <param name="Count">How many malformed lines this reading of the file has met, this one included.</param>
public sealed record MalformedLine(string File, long LineNumber, string Reason, string Text, long Count)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(MalformedLine), PrintMembers);
}
