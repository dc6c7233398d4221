// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Validation;

/// <summary>A weight starts at plus or minus the scale with some probability, and at zero otherwise (Achlioptas 2003).</summary>
public sealed class SparseSignsOptions : InitializerOptions
{
    public float Scale { get; set; } = 0.05f;

    public double Density { get; set; } = 1.0 / 3;

    public override Initializer Create() => new SparseSigns(this);

    public override void CollectErrors(OptionErrors errors)
    {
        errors.GreaterThan(nameof(Scale), Scale, 0);
        errors.InRange(nameof(Density), Density, 0, 1);
    }
}

public sealed class SparseSigns(SparseSignsOptions options) : Initializer
{
    private readonly float _scale = options.Scale;
    private readonly double _density = options.Density;

    public override string Name => "sparse-signs";

    public override void Initialize(ulong key, Span<float> weights)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var draw = Mix(key + (ulong)(i + 1) * 0x9E3779B97F4A7C15);
            var sign = (draw & 1) == 0 ? _scale : -_scale;
            weights[i] = (draw >> 11) * (1.0 / (1L << 53)) < _density ? sign : 0;
        }
    }

    // SplitMix64: the i-th draw of a key, the same on every machine.
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
// </page>
