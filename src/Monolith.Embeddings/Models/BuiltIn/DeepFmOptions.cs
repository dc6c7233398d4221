using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>Options of <see cref="DeepFm"/>.</summary>
public sealed class DeepFmOptions : OnlineModelOptions
{
    /// <summary>The largest number of hidden layers: 64.</summary>
    public const int MaxHiddenLayers = 64;

    /// <summary>The largest number of weights of all layers together: 67,108,864.</summary>
    public const int MaxWeights = 1 << 26;

    /// <summary>The largest width of a hidden layer: 16,384.</summary>
    public const int MaxHiddenWidth = 16384;

    /// <summary>
    /// The width of each hidden layer, first to last: 0 to <see cref="MaxHiddenLayers"/> values of 1 to <see cref="MaxHiddenWidth"/>.
    /// Default 256, 128. Without any the deep part is one linear map.
    /// </summary>
    public IList<int> Hidden { get; set; } = [256, 128];

    /// <summary>What the first dense weights are drawn from. Default 0. The same seed gives the same weights on every machine.</summary>
    public ulong Seed { get; set; }

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        errors.Require(Hidden is not null, nameof(Hidden), "is null, but a value is needed; an empty list means no hidden layer.");
        if (Hidden is null) return;
        errors.Require(
            Hidden.Count <= MaxHiddenLayers, nameof(Hidden), $"has {Hidden.Count} layers; at most {MaxHiddenLayers} are allowed.");
        for (var i = 0; i < Hidden.Count; i++) errors.InRange($"{nameof(Hidden)}[{i}]", Hidden[i], 1, MaxHiddenWidth);
    }

    // Rectified units over zeros are zeros, and let no gradient through.
    internal override bool LearnsFromZeroVectors(int denseWidth) => denseWidth > 0 || Hidden is not { Count: > 0 };

    internal override void CollectShapeErrors(int denseWidth, int vectorWidth, int heads, OptionErrors errors)
    {
        long inputs = denseWidth + (long)vectorWidth, weights = 0;
        foreach (var outputs in Hidden ?? [])
        {
            weights += (inputs + 1) * outputs;
            inputs = outputs;
        }
        weights += (inputs + 1) * heads;
        errors.Require(weights <= MaxWeights, nameof(Hidden),
            $"makes {weights} weights over {vectorWidth} + {denseWidth} inputs; at most {MaxWeights} are allowed.");
    }
}
