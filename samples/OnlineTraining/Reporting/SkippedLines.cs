using Monolith.Embeddings.Datasets;

namespace OnlineTraining.Reporting;

/// <summary>Says what was skipped, on the error stream; the line that is one too many ends the run, and is told then.</summary>
/// <param name="limit">How many lines may be skipped.</param>
public sealed class SkippedLines(long limit) : IProgress<MalformedLine>
{
    /// <inheritdoc />
    public void Report(MalformedLine value)
    {
        if (value.Count <= limit) Console.Error.WriteLine($"skipped: {value.File}, line {value.LineNumber}: {value.Reason}");
    }
}
