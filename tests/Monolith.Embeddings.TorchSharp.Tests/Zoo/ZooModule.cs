using Monolith.Embeddings.Features;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>A module of the zoo, and its equations in double precision.</summary>
/// <param name="Name">The name, for tests.</param>
/// <param name="Create">Makes the module of a schema and a seed.</param>
/// <param name="Twin">The logits of a row and so many tasks.</param>
internal sealed record ZooModule(
    string Name, Func<FeatureSchema, long, nn.Module<TorchInputs, Tensor>> Create, Func<DoubleTwin, int, int, double[]> Twin)
{
    /// <summary>The dimension of all vectors of <see cref="ZooTests"/>.</summary>
    public const int Dimension = 4;

    /// <summary>Whether its schema has the sequence <c>history</c> of the table of all slots.</summary>
    public bool HasSequence { get; init; }

    /// <summary>How many bytes of managed memory a batch may take: those of TorchSharp's tensors.</summary>
    public long AllowedAllocation { get; init; } = 40_000;
}
