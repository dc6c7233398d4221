using System.Diagnostics;

namespace Monolith.Embeddings.Models;

/// <summary>
/// What the numbers of a section of a model belong to (<see cref="OnlineModel.SectionLayouts"/>), so that a schema migration can keep those
/// of inputs, units and tasks that stay. Immutable; thread-safe.
/// </summary>
[DebuggerDisplay("{Section}: {Axes.Count} axes, {Tail} behind them")]
public sealed class ModelSectionLayout
{
    /// <summary>The section: a name that <see cref="OnlineModel.Save(ModelSections)"/> adds floats under.</summary>
    public required string Section { get; init; }

    /// <summary>
    /// The axes of the numbers, outermost first. The product of their lengths, and <see cref="Tail"/>, is how many floats the section has,
    /// whatever its shape.
    /// </summary>
    public required IReadOnlyList<ModelSectionAxis> Axes { get; init; }

    /// <summary>
    /// How many floats stand behind those of the axes, and belong to all of them, such as a count of steps: 0 or more. Kept as they are.
    /// Default 0.
    /// </summary>
    public int Tail { get; init; }

    /// <summary>
    /// What the numbers mean, such as the name of the optimizer whose state they are. Where two models mean different things, nothing is
    /// kept. Default: empty.
    /// </summary>
    public string Meaning { get; init; } = "";

    /// <summary>How many floats the section has by this.</summary>
    internal long Count => Axes.Aggregate(1L, (count, axis) => count * axis.Length) + Tail;
}
