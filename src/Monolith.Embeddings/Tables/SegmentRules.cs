using System.Text;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Kernels;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

/// <summary>What a segment of a row is born with and how it learns.</summary>
internal readonly struct SegmentRules
{
    private readonly RowSegment _place;
    private readonly Optimizer _optimizer;
    private readonly Initializer _initializer;
    private readonly ulong _key;

    public SegmentRules(RowSegment place, Optimizer optimizer, Initializer initializer, ulong seed, string table, string segment)
    {
        (_place, _optimizer, _initializer, Name) = (place, optimizer, initializer, segment);
        // The length keeps ("a", "bc") and ("ab", "c") apart.
        var name = Encoding.UTF8.GetBytes($"{table.Length}:{table}/{segment}");
        _key = KeyMixer.Combine(seed, XxHash64.Hash(name));
    }

    public string Name { get; }

    public void Initialize(Row row, ulong hash)
    {
        _initializer.Initialize(KeyMixer.Combine(_key, hash), row.Weights(in _place));
        InitializeState(row);
    }

    public void InitializeState(Row row) => _optimizer.InitializeState(row.Weights(in _place), row.State(in _place));

    public void WeightsMoved(Row row) => _optimizer.WeightsMoved(row.Weights(in _place), row.State(in _place));

    public unsafe void Apply(float** rows, float** gradients, ReadOnlySpan<OptimizerContext> contexts) => _optimizer.ApplyRows(
        new SegmentRows(rows, gradients, contexts.Length, _place.WeightOffset, _place.Dimension, _place.StateOffset, _place.StateLength), contexts);

    public void Apply(Row row, ReadOnlySpan<float> gradient, in OptimizerContext context) =>
        _optimizer.Apply(row.Weights(in _place), row.State(in _place), gradient.Slice(_place.WeightOffset, _place.Dimension), in context);

    public SegmentExplanation Explain(Row row) => new(Name, Norm(row.Weights(in _place)), Norm(row.State(in _place)));

    // In doubles: the square of a large float is no float.
    private static double Norm(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += (double)value * value;
        return Math.Sqrt(sum);
    }
}
