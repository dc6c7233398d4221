using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// Something that a model puts out beside its logits: a second number for a task, or a vector of a user or an item. Immutable; thread-safe.
/// </summary>
[DebuggerDisplay("{Name}: {Width}")]
public sealed class ModelOutput
{
    /// <summary>Creates the description of an output.</summary>
    /// <param name="name">Unique in the model; not empty.</param>
    /// <param name="width">How many floats a row has, at least 1.</param>
    /// <param name="task">The task that it belongs to; null where it belongs to none.</param>
    public ModelOutput(string name, int width, LabelTask? task = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        OutOfRange.ThrowIfLess(width, 1);
        (Name, Width, Task) = (name, width, task);
    }

    /// <summary>The name, unique in the model.</summary>
    public string Name { get; }

    /// <summary>How many floats a row has.</summary>
    public int Width { get; }

    /// <summary>The task that it belongs to; null where it belongs to none.</summary>
    public LabelTask? Task { get; }
}
