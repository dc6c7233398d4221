using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Features.Rows;

/// <summary>Writes rows of batches as <see cref="ExampleRowFormat"/> says. Immutable; thread-safe.</summary>
internal sealed class ExampleRowWriter(FeatureSchema schema)
{
    private readonly FeatureSlot[] _slots = [.. schema.WrittenSlots];
    private readonly FeatureSlot[] _stepped = [.. schema.Slots.Where(slot => slot.StepWidth > 0)];
    private readonly LabelTask[] _tasks = [.. schema.Tasks];
    private readonly int _codeBytes = RowCode.BytesOf(schema.Tasks.Count + schema.WrittenSlots.Count);

    /// <inheritdoc cref="ExampleRowFormat.Write" />
    public int Write(ExampleBatch batch, int row, IBufferWriter<byte> destination) =>
        Write(batch, batch, row, ExampleRowFacts.Of(batch, row), destination);

    /// <summary>Writes features that have no labels yet.</summary>
    public int Write(FeatureBatch batch, int row, in ExampleRowFacts facts, IBufferWriter<byte> destination) =>
        Write(batch, null, row, facts, destination);

    private int Write(FeatureBatch batch, ExampleBatch? examples, int row, in ExampleRowFacts facts, IBufferWriter<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)batch.Rows);
        var parts = PartsOf(batch, examples, row, facts);
        var length = LengthOf(batch, examples, row, parts);
        var bytes = destination.GetSpan(length)[..length];
        (bytes[0], bytes[1]) = (FormOf(parts), (byte)parts);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[ExampleRowFormat.TimeOffset..], facts.EventTime);
        var fields = new RowBytesWriter(bytes[ExampleRowFormat.CodesOffset..]);
        if (bytes[0] == ExampleRowFormat.FormWithMoreParts) fields.Byte((byte)((int)parts >> ExampleRowFormat.MorePartsShift));
        var codes = fields.Bytes(_codeBytes);
        codes.Clear();
        if (parts.Has(ExampleRowParts.RequestId)) fields.Int64(facts.RequestId);
        if (parts.Has(ExampleRowParts.Served)) fields.Served(facts.Served);
        if (parts.Has(ExampleRowParts.Dense)) fields.Singles(DenseOf(batch, row));
        if (parts.Has(ExampleRowParts.Numbers)) fields.Singles(NumbersOf(batch, row));
        if (examples is not null) WriteLearned(examples, row, parts, codes, ref fields);
        WriteSlots(batch, row, parts, codes, ref fields);
        destination.Advance(length);
        return length;
    }

    private ExampleRowParts PartsOf(FeatureBatch batch, ExampleBatch? examples, int row, in ExampleRowFacts facts)
    {
        var parts = examples is null ? ExampleRowParts.None : PartsOf(examples, row);
        if (facts.RequestId != 0) parts |= ExampleRowParts.RequestId;
        if (facts.Served != default) parts |= ExampleRowParts.Served;
        if (HasBits(DenseOf(batch, row))) parts |= ExampleRowParts.Dense;
        if (NumbersOf(batch, row).ContainsAnyExcept(float.NaN)) parts |= ExampleRowParts.Numbers;
        foreach (var slot in _stepped)
        {
            if (HasBits(new SlotBag(batch, slot, row, withValues: true).Values)) parts |= ExampleRowParts.StepValues;
        }
        return parts;
    }

    private ExampleRowParts PartsOf(ExampleBatch batch, int row)
    {
        var parts = batch.HasLate && batch.IsLate[row] ? ExampleRowParts.Late : ExampleRowParts.None;
        if (batch.HasKeepRates && batch.KeepRates[row] != 1) parts |= ExampleRowParts.KeepRate;
        if (batch.Weights[row] != 1) parts |= ExampleRowParts.Weight;
        foreach (var task in _tasks)
        {
            if (HasBits(batch.LogitOffsets(task).Slice(row, 1))) parts |= ExampleRowParts.LogitOffsets;
            if (batch.HasDelays(task) && HasBits(batch.Delays(task).Slice(row, 1))) parts |= ExampleRowParts.Delays;
            if (!float.IsNaN(PredictionOf(batch, task, row))) parts |= ExampleRowParts.ServedPredictions;
        }
        return parts;
    }

    private int LengthOf(FeatureBatch batch, ExampleBatch? examples, int row, ExampleRowParts parts)
    {
        var length = ExampleRowFormat.CodesOffset + _codeBytes;
        if (FormOf(parts) == ExampleRowFormat.FormWithMoreParts) length += ExampleRowFormat.MorePartsBytes;
        if (parts.Has(ExampleRowParts.RequestId)) length += sizeof(long);
        if (parts.Has(ExampleRowParts.Served)) length += RowBytesWriter.ServedBytes;
        if (parts.Has(ExampleRowParts.Weight)) length += sizeof(float);
        if (parts.Has(ExampleRowParts.KeepRate)) length += sizeof(float);
        if (parts.Has(ExampleRowParts.LogitOffsets)) length += _tasks.Length * sizeof(float);
        if (parts.Has(ExampleRowParts.Delays)) length += _tasks.Length * sizeof(float);
        if (parts.Has(ExampleRowParts.ServedPredictions)) length += _tasks.Length * sizeof(float);
        if (parts.Has(ExampleRowParts.Dense)) length += schema.DenseWidth * sizeof(float);
        if (parts.Has(ExampleRowParts.Numbers)) length += schema.Numbers.Count * sizeof(float);
        for (var i = 0; examples is not null && i < _tasks.Length; i++)
        {
            if (RowCode.OfLabel(examples.Labels(_tasks[i])[row]) == RowCode.AnyLabel) length += sizeof(float);
        }
        var withValues = parts.Has(ExampleRowParts.StepValues);
        foreach (var slot in _slots) length = checked(length + new SlotBag(batch, slot, row, withValues).Bytes);
        return length;
    }

    private void WriteLearned(ExampleBatch batch, int row, ExampleRowParts parts, Span<byte> codes, ref RowBytesWriter fields)
    {
        if (parts.Has(ExampleRowParts.Weight)) fields.Single(batch.Weights[row]);
        if (parts.Has(ExampleRowParts.KeepRate)) fields.Single(batch.KeepRates[row]);
        for (var i = 0; i < _tasks.Length; i++)
        {
            if (parts.Has(ExampleRowParts.LogitOffsets)) fields.Single(batch.LogitOffsets(_tasks[i])[row]);
            if (parts.Has(ExampleRowParts.Delays)) fields.Single(batch.HasDelays(_tasks[i]) ? batch.Delays(_tasks[i])[row] : 0);
            if (parts.Has(ExampleRowParts.ServedPredictions)) fields.Single(PredictionOf(batch, _tasks[i], row));
            var label = batch.Labels(_tasks[i])[row];
            var code = RowCode.OfLabel(label);
            RowCode.Set(codes, i, code);
            if (code == RowCode.AnyLabel) fields.Single(label);
        }
    }

    private void WriteSlots(FeatureBatch batch, int row, ExampleRowParts parts, Span<byte> codes, ref RowBytesWriter fields)
    {
        for (var i = 0; i < _slots.Length; i++)
        {
            var bag = new SlotBag(batch, _slots[i], row, parts.Has(ExampleRowParts.StepValues));
            var code = bag.Code;
            RowCode.Set(codes, _tasks.Length + i, code);
            if (code >= RowCode.Ids) fields.Int32(bag.Ids.Length);
            fields.Int64s(bag.Ids);
            fields.Singles(bag.Weights);
            fields.Singles(bag.Values);
        }
    }

    // Rows that have nothing new are written as they were before there was any, so that older programs read them.
    private static byte FormOf(ExampleRowParts parts)
    {
        const ExampleRowParts known = (ExampleRowParts)byte.MaxValue | ExampleRowParts.StepValues;
        if ((parts & ~known) != 0) return ExampleRowFormat.FormWithMoreParts;
        return parts.Has(ExampleRowParts.StepValues) ? ExampleRowFormat.FormWithStepValues : ExampleRowFormat.Form;
    }

    private static float PredictionOf(ExampleBatch batch, LabelTask task, int row) =>
        batch.HasServedPredictions(task) ? batch.ServedPredictions(task)[row] : float.NaN;

    private static ReadOnlySpan<float> NumbersOf(FeatureBatch batch, int row)
    {
        var width = batch.Schema.Numbers.Count;
        return batch.Numbers.Slice(row * width, width);
    }

    private static ReadOnlySpan<float> DenseOf(FeatureBatch batch, int row)
    {
        var width = batch.Schema.DenseWidth;
        return batch.Dense.Slice(row * width, width);
    }

    private static bool HasBits(ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).ContainsAnyExcept((byte)0);
}
