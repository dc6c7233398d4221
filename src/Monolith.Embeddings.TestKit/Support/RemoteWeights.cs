using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>The dense weights of a model that live elsewhere, and step there.</summary>
internal sealed class RemoteWeights
{
    private readonly OnlineModel _model;
    private readonly Optimizer _optimizer;
    private readonly float[][] _weights, _states;
    private long _step;

    public RemoteWeights(OnlineModel model, Optimizer optimizer)
    {
        (_model, _optimizer, Gradients) = (model, optimizer, new DenseGradients(model));
        _weights = [.. model.Parameters.Select(Read)];
        _states = [.. _weights.Select(weights => new float[optimizer.StateLength(weights.Length)])];
        for (var i = 0; i < _weights.Length; i++) optimizer.InitializeState(_weights[i], _states[i]);
    }

    public DenseGradients Gradients { get; }

    public static float[] Read(DenseParameter parameter)
    {
        var weights = new float[parameter.Length];
        parameter.Read(weights);
        return weights;
    }

    /// <summary>Applies the gradients that were handed back, and gives the model its new weights.</summary>
    public void Step()
    {
        if (Gradients.Examples == 0) return;
        var context = new OptimizerContext(id: 0, _step++, Gradients.Examples);
        for (var i = 0; i < _weights.Length; i++)
        {
            _optimizer.Apply(_weights[i], _states[i], Gradients.Of(_model.Parameters[i]), in context);
            _model.Parameters[i].Write(_weights[i]);
        }
    }
}
