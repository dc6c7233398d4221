using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>What an action says of an impression: the label of one task.</summary>
public readonly struct JoinedLabel
{
    /// <summary>Creates the label.</summary>
    /// <param name="task">A task of the joined ones.</param>
    /// <param name="value">
    /// The label: a finite number. What several make together is clamped to 0 to 1, and counted where it was outside.
    /// </param>
    public JoinedLabel(LabelTask task, float value = 1) => (Task, Value) = (task, value);

    /// <summary>The task.</summary>
    public LabelTask Task { get; }

    /// <summary>The label, not clamped.</summary>
    public float Value { get; }
}
