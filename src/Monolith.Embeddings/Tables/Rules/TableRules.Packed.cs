using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>
/// Rows that are not in full precision: unpacked into scratch, where the rules work on them as on any other, and packed again at the very
/// end, so that an exception, or a number that does not fit, leaves the row unchanged.
/// </summary>
internal sealed partial class TableRules
{
    private readonly SegmentQuantization[] _quantizations;
    private readonly ulong _roundingKey;

    // Weights and numbers of state that are stored as floats, by their place among all.
    private readonly (int Start, int Length)[] _numbersOfFloats;

    [ThreadStatic]
    private static float[]? _unpacked;

    /// <summary>Whether training reads are rounded as a replica's would be.</summary>
    public bool IsFakeQuantized => _quantizations.Length > 0;

    /// <summary>Reads the weights as a training read does where some segments are quantized.</summary>
    public void ReadQuantized(Row row, Span<float> weights)
    {
        RowPacking.Unpack(Layout.WeightParts, row, weights);
        foreach (var quantization in _quantizations) quantization.Apply(weights);
    }

    /// <summary>
    /// The weights of a row: in place where they are floats, else in memory of the thread, valid until it asks for another row's.
    /// </summary>
    private ReadOnlySpan<float> WeightsOf(Row row)
    {
        if (Layout.HasPlainWeights) return row.PlainWeights(Layout);
        if (_unpacked is null || _unpacked.Length < Layout.Dimension) _unpacked = new float[Layout.Dimension];
        RowPacking.Unpack(Layout.WeightParts, row, _unpacked);
        return _unpacked.AsSpan(0, Layout.Dimension);
    }

    // A state that is derived from the weights must be derived from those that are stored; here as in all that follow.
    private RefusalCause InitializePacked(Row row, ulong hash, in RowBirth birth)
    {
        using var scratch = RowScratch.Rent(Layout);
        foreach (ref readonly var segment in _segments.AsSpan()) segment.InitializeWeights(scratch.Row, hash);
        return Begin(scratch, row, in birth);
    }

    private RefusalCause InitializePacked(Row row, in RowBirth birth, ReadOnlySpan<float> firstValues)
    {
        using var scratch = RowScratch.Rent(Layout);
        firstValues.CopyTo(scratch.Weights);
        return Begin(scratch, row, in birth);
    }

    private RefusalCause Begin(RowScratch scratch, Row row, in RowBirth birth)
    {
        if (!scratch.TryRoundWeights()) return RefusalCause.Precision;
        foreach (ref readonly var segment in _segments.AsSpan()) segment.Begin(scratch.Row, in birth);
        return Store(scratch, row, key: null);
    }

    private RefusalCause AssignPacked(Row row, ReadOnlySpan<float> values)
    {
        using var scratch = RowScratch.Rent(Layout);
        values.CopyTo(scratch.Weights);
        if (!scratch.TryRoundWeights()) return RefusalCause.Precision;
        foreach (ref readonly var segment in _segments.AsSpan()) segment.InitializeState(scratch.Row);
        return Store(scratch, row, key: null);
    }

    private RefusalCause AddPacked(Row row, ReadOnlySpan<float> values)
    {
        using var scratch = RowScratch.Rent(Layout);
        scratch.Load(row);
        var weights = scratch.Weights;
        for (var i = 0; i < weights.Length; i++) weights[i] += values[i];
        if (!scratch.TryRoundWeights()) return RefusalCause.Precision;
        foreach (ref readonly var segment in _segments.AsSpan()) segment.WeightsMoved(scratch.Row);
        return Store(scratch, row, key: null);
    }

    private RefusalCause ApplyPacked(Row row, ReadOnlySpan<float> gradient, in OptimizerContext context, int occurrence)
    {
        using var scratch = RowScratch.Rent(Layout);
        scratch.Load(row);
        foreach (ref readonly var segment in _segments.AsSpan()) segment.Apply(scratch.Row, gradient, in context);
        return Store(scratch, row, RoundingKey(in context, occurrence));
    }

    // Different rows, each with its own random bits. Nothing need be kept: what is changed are copies.
    private unsafe RefusedRows ApplyPacked(
        float** rows, float** gradients, float** weightsAtRead, KeptBlock room, in BlockContext context,
        ReadOnlySpan<int> occurrences)
    {
        var count = context.Ids.Length;
        BlockPacking.Unpack(Layout, rows, count, room.First, room.Stride);
        var unpacked = stackalloc float*[RowUpdates.MaxRows];
        for (var row = 0; row < count; row++) unpacked[row] = room.At(row);
        foreach (ref readonly var segment in _segments.AsSpan()) segment.ApplyUnchecked(unpacked, gradients, weightsAtRead, in context);
        Span<ulong> keys = stackalloc ulong[count];
        Number(keys, in context, occurrences);
        var overflowing = BlockPacking.PackHalves(Layout, room.First, room.Stride, keys, room.Packed(0));
        var refused = overflowing;
        for (var row = 0; row < count; row++)
        {
            if (!AreFloatsFinite(unpacked[row])) refused |= 1u << row;
        }
        for (var row = 0; row < count; row++)
        {
            if ((refused >> row & 1) == 0) BlockPacking.Store(Layout, unpacked[row], room.Packed(row), rows[row]);
        }
        return new(refused, overflowing);
    }

    private void Number(Span<ulong> keys, in BlockContext context, ReadOnlySpan<int> occurrences)
    {
        var firstOccurrences = RoundingKey(context.Step, occurrence: 0);
        for (var row = 0; row < keys.Length; row++)
        {
            var key = occurrences[row] == 0 ? firstOccurrences : RoundingKey(context.Step, occurrences[row]);
            keys[row] = KeyMixer.Combine(key, unchecked((ulong)context.Ids[row]));
        }
    }

    // Those that are stored as floats; of the others it is known.
    private unsafe bool AreFloatsFinite(float* row)
    {
        foreach (var (start, length) in _numbersOfFloats)
        {
            if (!FiniteCheck.AllFiniteOfRow(new ReadOnlySpan<float>(row + start, length))) return false;
        }
        return true;
    }

    private (int Start, int Length)[] NumbersOfFloats()
    {
        var numbers = new List<(int, int)>();
        for (var i = 0; i < _segments.Length; i++)
        {
            var (place, shape) = (_segments[i].Place, Shapes[i]);
            if (shape.Precision == RowPrecision.Float32) numbers.Add((place.WeightOffset, place.Dimension));
            if (shape.StatePrecision == RowPrecision.Float32) numbers.Add((place.StateOffset, place.StateLength - _segments[i].NotNumbers));
        }
        return [.. numbers];
    }

    private RefusalCause Store(RowScratch scratch, Row row, ulong? key)
    {
        if (!scratch.TryPack(key)) return RefusalCause.Precision;
        if (!IsFinite(scratch.Floats)) return RefusalCause.NonFinite;
        scratch.Store(row);
        return RefusalCause.None;
    }

    // Neither threads nor stripes nor the places of ids in the batch enter. The occurrence tells the steps of a repeated id apart.
    private ulong RoundingKey(in OptimizerContext context, int occurrence) =>
        KeyMixer.Combine(RoundingKey(context.Step, occurrence), unchecked((ulong)context.Id));

    // What the keys of all rows of a step have in common, which is why the id comes last.
    private ulong RoundingKey(long step, int occurrence) =>
        KeyMixer.Combine(KeyMixer.Combine(_roundingKey, unchecked((ulong)step)), (ulong)occurrence);

    // No segment's key is made of this name: theirs have a slash behind the table's.
    private static ulong RoundingKey(string table, ulong seed) => KeyMixer.Combine(seed, TextHash.Of($"{table.Length}:{table}"));
}
