using System.Text;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Exchange;

/// <summary>What became of the sections of a model that a <see cref="DenseExport"/> went through.</summary>
public readonly record struct ExportedWeights
{
    /// <summary>The names of the arrays, in the file's order.</summary>
    public required IReadOnlyList<string> Arrays { get; init; }

    /// <summary>How many weights they have together.</summary>
    public required long Weights { get; init; }

    /// <summary>
    /// The names of what predictions need beside them, and the file does not have, for it is no float: names of heads, what derived
    /// features or a calibration have learned, whole numbers of a module such as <c>num_batches_tracked</c>.
    /// </summary>
    public required IReadOnlyList<string> LeftOut { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ExportedWeights), PrintMembers);

    private bool PrintMembers(StringBuilder text)
    {
        // A string: what a builder appends by itself goes by the culture of the thread.
        var members = $"Arrays = {Listed(Arrays)}, Weights = {Weights}, LeftOut = {Listed(LeftOut)}";
        text.Append(members);
        return true;
    }

    // The default value has no lists.
    private static string Listed(IReadOnlyList<string>? names) => $"[{string.Join(", ", names ?? [])}]";
}
