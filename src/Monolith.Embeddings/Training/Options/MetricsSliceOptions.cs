using System.Globalization;
using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Scores parts of the examples apart, by a slot; those without an id in it belong to no part. See <see cref="MetricsOptions.Slices"/>.
/// </summary>
/// <example>
/// <code>
/// var options = new OnlineTrainerOptions();
/// options.Metrics.Slices.Add(new() { Slot = "user" });
/// options.Metrics.Slices.Add(new() { Slot = "country", By = SliceBy.Id, MaxSlices = 10 });
/// options.Metrics.Slices.Add(new() { Slot = "item", By = SliceBy.Occurrences });
/// var progress = new Progress&lt;TrainingProgress&gt;(report =>
/// {
///     foreach (var slice in report.Slices) Console.WriteLine($"{slice.Slot} {slice.Name}: AUC {slice.Window.Auc:F3}");
/// });
/// </code>
/// </example>
public sealed class MetricsSliceOptions : IValidatedOptions
{
    private const int MostEdges = 50;

    /// <summary>The name of the slot. Required.</summary>
    public string Slot { get; set; } = "";

    /// <summary>What tells examples apart. Default <see cref="SliceBy.Row"/>: new and old ones.</summary>
    public SliceBy By { get; set; }

    /// <summary>
    /// How many ids have a slice of their own with <see cref="SliceBy.Id"/>: 1 to 1,000. Default 20. Each slice takes 128 KB a task.
    /// </summary>
    public int MaxSlices { get; set; } = 20;

    /// <summary>
    /// The counts at which the next slice begins with <see cref="SliceBy.Occurrences"/>: 1 to 50 ascending numbers, each at least 1.
    /// Default 1, 10, 100 and 1,000.
    /// </summary>
    public IList<long> Edges { get; set; } = [1, 10, 100, 1000];

    /// <summary>
    /// What counts with <see cref="SliceBy.Occurrences"/>. Default 4 rows of 262,144 counters: 8 MB of memory and at least 1 MB of each
    /// commit. With <see cref="FrequencySketchOptions.HalveEvery"/>, examples of long ago count less.
    /// </summary>
    public FrequencySketchOptions Sketch { get; set; } = new() { Width = 1 << 18 };

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(!string.IsNullOrEmpty(Slot), nameof(Slot), "is empty, but the slot that examples are told apart by must be named.");
        errors.Require(Enum.IsDefined(By), nameof(By), $"{By} is not a way to tell examples apart.");
        errors.InRange(nameof(MaxSlices), MaxSlices, 1, 1000);
        errors.Require(AreEdges(Edges), nameof(Edges),
            $"is [{TextOf(Edges ?? [])}]; it needs 1 to {MostEdges} ascending numbers, each at least 1. Assign a list: an initializer in "
            + "braces adds to the default.");
        errors.Nested(nameof(Sketch), Sketch);
    }

    internal MetricsSliceOptions Copy()
    {
        var copy = (MetricsSliceOptions)MemberwiseClone();
        (copy.Edges, copy.Sketch) = ([.. Edges], Sketch.Copy());
        return copy;
    }

    private static string TextOf(IList<long> edges) =>
        string.Join(", ", edges.Take(MostEdges + 1).Select(edge => edge.ToString(CultureInfo.InvariantCulture)));

    private static bool AreEdges(IList<long>? edges)
    {
        if (edges is not { Count: >= 1 and <= MostEdges }) return false;
        var last = 0L;
        foreach (var edge in edges)
        {
            if (edge <= last) return false;
            last = edge;
        }
        return true;
    }
}
