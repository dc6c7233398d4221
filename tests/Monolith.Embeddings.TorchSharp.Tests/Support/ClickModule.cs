using Monolith.Embeddings.Features;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Support;

/// <summary>
/// A small module over all that a schema has: biases, vectors, dense features and sequences. Its weights are drawn from a seed.
/// </summary>
internal sealed class ClickModule : nn.Module<TorchInputs, Tensor>
{
    private const int Hidden = 6;

    private readonly Linear _dense, _hidden, _last;
    private readonly string[] _sequences;

    public ClickModule(FeatureSchema schema, int? tasks = null, int seed = 7)
        : base(nameof(ClickModule))
    {
        using var generator = manual_seed(seed);
        _sequences = [.. schema.Layout.Sequences.Where(s => s.SegmentName == RowBuilder.VectorName).Select(s => s.Slot.Name)];
        var vectors = schema.Layout.Find(RowBuilder.VectorName)!.Width
            + schema.Layout.Sequences.Where(s => s.SegmentName == RowBuilder.VectorName).Sum(s => s.Dimension);
        _hidden = nn.Linear(vectors, Hidden);
        _dense = nn.Linear(schema.Layout.DenseWidth, Hidden, hasBias: false);
        _last = nn.Linear(Hidden, tasks ?? schema.Tasks.Count);
        RegisterComponents();
    }

    public override Tensor forward(TorchInputs input)
    {
        using var scope = NewDisposeScope();
        var vectors = input.Segment();
        foreach (var name in _sequences) vectors = cat([vectors, input.Sequence(name).Values.sum(1)], 1);
        var hidden = nn.functional.sigmoid(_hidden.call(vectors) + _dense.call(input.Dense));
        var logits = _last.call(hidden) + input.Segment(RowBuilder.BiasName).sum(1, keepdim: true);
        return logits.MoveToOuterDisposeScope();
    }
}
