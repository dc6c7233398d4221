namespace Monolith.Embeddings.Features.Batches;

/// <summary>
/// The dense values of a sequence's steps, beside the ids of its <see cref="SlotColumn"/>: [ids, width]. Nothing where the width is 0.
/// Grows, never shrinks.
/// </summary>
/// <param name="slot">The slot.</param>
internal sealed class StepColumn(FeatureSlot slot)
{
    private readonly int _width = slot.StepWidth;
    private float[] _values = [];

    public int Width => _width;

    /// <summary>The values of some steps.</summary>
    public Span<float> Of(int first, int count) => _values.AsSpan(first * _width, count * _width);

    /// <summary>Makes room for the given number of steps.</summary>
    /// <exception cref="InvalidOperationException">They are more than an array holds.</exception>
    public void Reserve(int steps)
    {
        var needed = (long)steps * _width;
        if (needed <= _values.Length) return;
        if (needed > Array.MaxLength)
        {
            throw new InvalidOperationException(
                $"Slot '{slot.Name}': {steps} steps of {_width} values are {needed} floats; an array holds {Array.MaxLength}. Use smaller "
                + "batches.");
        }
        Array.Resize(ref _values, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _values.Length)));
    }

    /// <summary>Writes the values of some steps, for which there is room.</summary>
    /// <param name="first">The first step.</param>
    /// <param name="count">How many.</param>
    /// <param name="values">[count, width]; empty: zeros.</param>
    public void Write(int first, int count, ReadOnlySpan<float> values)
    {
        if (_width == 0) return;
        var steps = Of(first, count);
        if (values.IsEmpty) steps.Clear();
        else values.CopyTo(steps);
        // What is looked at is the copy: a caller's span may change between two looks at it.
        foreach (var value in steps) FeatureWriter.RequireFiniteStep(slot, value);
    }

    /// <summary>Moves steps to the front.</summary>
    public void Move(int from, int to, int count) => Of(from, count).CopyTo(Of(to, count));
}
