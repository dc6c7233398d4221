using Monolith.Embeddings.Features.Batches;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Writes one row of a <see cref="FeatureBatch"/>, or, as <see cref="FeatureBatch.Shared"/>, what serves every row. Slots may come
/// in any order and any number of times; of ids beyond a slot's <see cref="FeatureSlot.MaxIds"/> the first are kept, or the last where a
/// sequence begins with its oldest step. Valid until the row ends, or for what is shared until the batch is cleared; afterwards its
/// members throw <see cref="InvalidOperationException"/>.
/// </summary>
public readonly ref struct FeatureWriter
{
    private readonly FeatureBatch _batch;
    private readonly bool _isShared;
    private readonly int _epoch;

    internal FeatureWriter(FeatureBatch batch, bool isShared = false)
    {
        (_batch, _isShared, _epoch) = (batch, isShared, batch.EpochOf(isShared));
    }

    /// <summary>Adds an id.</summary>
    /// <param name="slot">A slot of the batch's schema.</param>
    /// <param name="id">
    /// Any 64-bit number; where the slot's table says that ids carry slots, one made by <see cref="FeatureId.Of"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The table says that ids carry slots, and this one does not.</exception>
    public FeatureWriter Id(FeatureSlot slot, long id)
    {
        var column = Batch.WritableColumn(slot, _isShared);
        column.Add(id);
        return Wrote(column);
    }

    /// <summary>Adds an id with a weight of its own in the pooling.</summary>
    /// <param name="slot">A slot of the batch's schema.</param>
    /// <param name="id">Any 64-bit number.</param>
    /// <param name="weight">A finite weight.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is NaN or infinite.</exception>
    public FeatureWriter Id(FeatureSlot slot, long id, float weight)
    {
        RequireFinite(slot, weight);
        var column = Batch.WritableColumn(slot, _isShared);
        column.Add(id, weight);
        return Wrote(column);
    }

    /// <summary>Adds the id of a text, see <see cref="FeatureId.OfText"/>.</summary>
    /// <param name="slot">A slot of the batch's schema.</param>
    /// <param name="text">Any text.</param>
    public FeatureWriter Text(FeatureSlot slot, ReadOnlySpan<char> text) => Id(slot, FeatureId.OfText(text));

    /// <summary>Adds several ids.</summary>
    /// <param name="slot">A slot of the batch's schema.</param>
    /// <param name="ids">Any 64-bit numbers; repeated ones count each time.</param>
    public FeatureWriter Ids(FeatureSlot slot, ReadOnlySpan<long> ids)
    {
        var column = Batch.WritableColumn(slot, _isShared);
        column.Add(ids);
        return Wrote(column);
    }

    /// <summary>Adds several ids, each with a weight of its own in the pooling.</summary>
    /// <param name="slot">A slot of the batch's schema.</param>
    /// <param name="ids">Any 64-bit numbers; repeated ones count each time.</param>
    /// <param name="weights">As many finite weights.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is NaN or infinite.</exception>
    public FeatureWriter Ids(FeatureSlot slot, ReadOnlySpan<long> ids, ReadOnlySpan<float> weights)
    {
        if (ids.Length != weights.Length)
            throw new ArgumentException($"Slot '{slot.Name}': {weights.Length} weights were given for {ids.Length} ids.", nameof(weights));
        foreach (var weight in weights) RequireFinite(slot, weight);
        var column = Batch.WritableColumn(slot, _isShared);
        column.Add(ids, weights);
        return Wrote(column);
    }

    /// <summary>Adds a step to a sequence.</summary>
    /// <param name="slot">A slot of the batch's schema.</param>
    /// <param name="id">Any 64-bit number, as <see cref="Id(FeatureSlot, long)"/> takes them.</param>
    /// <param name="values">
    /// A finite number for each of the slot's <see cref="FeatureSlot.StepValues"/>, in their order. A step that <see
    /// cref="Id(FeatureSlot, long)"/> or <see cref="Ids(FeatureSlot, ReadOnlySpan{long})"/> adds has zeros.
    /// </param>
    /// <exception cref="ArgumentException">There are more or fewer values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is NaN or infinite; the step is not added.</exception>
    public FeatureWriter Step(FeatureSlot slot, long id, params ReadOnlySpan<float> values) =>
        Steps(slot, new ReadOnlySpan<long>(in id), values);

    /// <summary>Adds steps to a sequence, in the slot's <see cref="FeatureSlot.Order"/>.</summary>
    /// <param name="slot">A slot of the batch's schema.</param>
    /// <param name="ids">Any 64-bit numbers, [n]; repeated ones count each time.</param>
    /// <param name="values">
    /// Finite numbers, one step after the other, [n, the slot's <see cref="FeatureSlot.StepValues"/>].
    /// </param>
    /// <exception cref="ArgumentException">There are more or fewer values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is NaN or infinite; no step is added.</exception>
    public FeatureWriter Steps(FeatureSlot slot, scoped ReadOnlySpan<long> ids, scoped ReadOnlySpan<float> values)
    {
        var column = Batch.WritableColumn(slot, _isShared);
        if (values.Length != (long)ids.Length * slot.StepWidth)
        {
            throw new ArgumentException(
                $"Slot '{slot.Name}' has {slot.StepWidth} values a step ({string.Join(", ", slot.StepValues.DefaultIfEmpty("none"))}): "
                + $"{ids.Length} steps need {(long)ids.Length * slot.StepWidth}; {values.Length} were given.", nameof(values));
        }
        foreach (var value in values) RequireFiniteStep(slot, value);
        column.Add(ids, [], values);
        return Wrote(column);
    }

    /// <summary>Sets a dense feature of the row, or of all rows that do not set it. Written twice, the last value counts.</summary>
    /// <param name="index">0 to <see cref="FeatureSchema.DenseWidth"/> - 1.</param>
    /// <param name="value">A finite value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the schema's, or the value is NaN or infinite.</exception>
    /// <exception cref="InvalidOperationException">It is to be shared, and a row was begun.</exception>
    public FeatureWriter Dense(int index, float value)
    {
        if (!float.IsFinite(value))
            throw OutOfRange.Of(nameof(value), value, $"Dense feature {index} is none, or infinite; NaN and infinities are not features.");
        Batch.WriteDense(index, value, _isShared);
        return this;
    }

    /// <summary>Sets a raw column of the row, or of all rows that do not set it. Written twice, the last value counts.</summary>
    /// <param name="column">A raw column of the batch's schema.</param>
    /// <param name="value">Any number, also an infinite one; NaN where there is none, as where nothing is written.</param>
    /// <exception cref="ArgumentException">The column is another schema's.</exception>
    /// <exception cref="InvalidOperationException">It is to be shared, and a row was begun.</exception>
    public FeatureWriter Number(NumberColumn column, float value)
    {
        Batch.WriteNumber(column, value, _isShared);
        return this;
    }

    /// <exception cref="InvalidOperationException">The row has ended.</exception>
    internal void RequireOpen()
    {
        if (_epoch != _batch.EpochOf(_isShared)) FeatureBatch.ThrowRowEnded();
    }

    private FeatureBatch Batch
    {
        get
        {
            RequireOpen();
            return _batch;
        }
    }

    private FeatureWriter Wrote(SlotColumn column)
    {
        if (_isShared) column.EndShared();
        return this;
    }

    internal static void RequireFinite(FeatureSlot slot, float weight)
    {
        if (!float.IsFinite(weight))
            throw OutOfRange.Of(nameof(weight), weight, $"Slot '{slot.Name}' has a weight that is none, or infinite.");
    }

    internal static void RequireFiniteStep(FeatureSlot slot, float value)
    {
        if (!float.IsFinite(value))
            throw OutOfRange.Of(nameof(value), value, $"Slot '{slot.Name}' has a step value that is none, or infinite.");
    }
}
