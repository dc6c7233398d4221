using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Scales the gradients of a batch down to a norm that embeddings and dense weights have in common. The model asks between its way back and
/// its update; the sums run in doubles and in a fixed order, so that no finite gradient overflows and the bits do not depend on the
/// machine.
/// </summary>
internal sealed class GlobalNormClipping
{
    private readonly FeatureBlocks _gradients;
    private readonly double _limit;
    private EmbeddingLayer _layer;
    private bool _wasAsked;

    /// <param name="layer">Holds the gradients of the embeddings.</param>
    /// <param name="gradients">What the model gives back.</param>
    /// <param name="limit">The norm.</param>
    public GlobalNormClipping(EmbeddingLayer layer, FeatureBlocks gradients, double limit)
    {
        (_layer, _gradients, _limit) = (layer, gradients, limit);
        layer.PrepareGradientNorm();
    }

    /// <summary>To be called before each batch.</summary>
    /// <param name="layer">Holds the gradients of its embeddings.</param>
    public void Begin(EmbeddingLayer layer) => (_layer, _wasAsked) = (layer, false);

    /// <summary>Sums and scales the gradients of the embeddings; says by what those of the dense weights are to be scaled.</summary>
    /// <param name="squaredDenseNorm">The sum of the squares of the dense weights' gradients.</param>
    /// <exception cref="InvalidOperationException">It is asked a second time in a batch.</exception>
    public double Scale(double squaredDenseNorm)
    {
        if (_wasAsked) throw new InvalidOperationException("A model may ask for the scale of its gradients once a batch; it asked twice.");
        _wasAsked = true;
        _layer.SumGradients(_gradients);
        var squares = _layer.SquaredGradientNorm() + squaredDenseNorm;
        // Not finite: the model gave what it must not. Clipping by it would silence the whole batch.
        if (!double.IsFinite(squares) || squares <= _limit * _limit) return 1;
        var scale = _limit / Math.Sqrt(squares);
        _layer.ScaleSummedGradients(scale);
        return scale;
    }

    /// <summary>To be called after the model learned.</summary>
    /// <exception cref="InvalidOperationException">The model did not ask.</exception>
    public void End(string model)
    {
        if (!_wasAsked)
            throw new InvalidOperationException($"The model '{model}' says that it supports a global norm, but did not ask for the scale "
                + "of its gradients while it learned.");
    }
}
