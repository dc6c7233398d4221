using Monolith.Embeddings.Features.Batches;

namespace Monolith.Embeddings.Features.Rows;

/// <summary>Reads what a row's bytes have of one slot.</summary>
internal static class SlotReading
{
    /// <param name="batch">Receives the ids in the row that was begun; null: they are passed over.</param>
    /// <param name="fit">Where they go.</param>
    /// <param name="parts">The parts that the bytes have.</param>
    /// <param name="code">What they have of the slot.</param>
    /// <param name="fields">The bytes.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The slot's table does not take an id; the bytes are damaged.</exception>
    public static void Read(ExampleBatch? batch, SlotFit fit, ExampleRowParts parts, int code, ref RowBytesReader fields)
    {
        if (code == RowCode.NoIds) return;
        var name = fit.Slot?.Name ?? "a slot that is left out";
        var width = parts.Has(ExampleRowParts.StepValues) ? fit.StepWidth : 0;
        var weightBytes = code == RowCode.WeightedIds ? sizeof(float) : 0;
        var count = code == RowCode.OneId ? 1 : fields.Count(sizeof(long) + weightBytes + (width * sizeof(float)), name);
        var ids = fields.Bytes(count * sizeof(long), name);
        var weights = fields.Bytes(count * weightBytes, name);
        var values = fields.Bytes(count * width * sizeof(float), name);
        if (batch is null || fit.Slot is not { } slot) return;
        var column = batch.WritableColumn(slot, shared: false);
        Span<float> step = stackalloc float[width == 0 ? 0 : slot.StepWidth];
        for (var i = 0; i < count; i++)
        {
            var place = fit.IsReversed ? count - 1 - i : i;
            var id = new RowBytesReader(ids[(place * sizeof(long))..]).Int64(name);
            var weight = weightBytes == 0 ? 1 : new RowBytesReader(weights[(place * weightBytes)..]).Finite(name);
            if (width > 0) ReadStep(values.Slice(place * width * sizeof(float), width * sizeof(float)), fit, name, step);
            Add(column, id, weightBytes == 0 ? [] : new ReadOnlySpan<float>(in weight), step);
        }
    }

    private static void Add(SlotColumn column, long id, ReadOnlySpan<float> weight, ReadOnlySpan<float> step)
    {
        if (weight.IsEmpty && step.IsEmpty) column.Add(id);
        else column.Add(new ReadOnlySpan<long>(in id), weight, step);
    }

    // Those that the batches do not have are looked at as well: damage is not passed over.
    private static void ReadStep(ReadOnlySpan<byte> values, SlotFit fit, string name, Span<float> step)
    {
        for (var fields = new RowBytesReader(values); !fields.IsEnded;) fields.Finite(name);
        for (var i = 0; i < step.Length; i++)
        {
            var place = fit.Places[i];
            step[i] = place < 0 ? 0 : new RowBytesReader(values[(place * sizeof(float))..]).Finite(name);
        }
    }
}
