using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>
/// Rows that are not in full precision: unpacked into scratch, where the rules work on them as on any other, and packed again at the very
/// end, so that whoever throws, and a number that does not fit, leaves the row as it was.
/// </summary>
internal sealed partial class TableRules
{
    private readonly SegmentQuantization[] _quantizations;
    private readonly ulong _roundingKey;

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

    private RefusalCause Store(RowScratch scratch, Row row, ulong? key)
    {
        if (!scratch.TryPack(key)) return RefusalCause.Precision;
        if (!IsFinite(scratch.Floats)) return RefusalCause.NonFinite;
        scratch.Store(row);
        return RefusalCause.None;
    }

    // Neither threads nor stripes nor the places of ids in the batch enter. The occurrence tells the steps of a repeated id apart.
    private ulong RoundingKey(in OptimizerContext context, int occurrence)
    {
        var key = KeyMixer.Combine(_roundingKey, unchecked((ulong)context.Id));
        return KeyMixer.Combine(KeyMixer.Combine(key, unchecked((ulong)context.Step)), (ulong)occurrence);
    }

    // No segment's key is made of this name: theirs have a slash behind the table's.
    private static ulong RoundingKey(string table, ulong seed) => KeyMixer.Combine(seed, TextHash.Of($"{table.Length}:{table}"));
}
