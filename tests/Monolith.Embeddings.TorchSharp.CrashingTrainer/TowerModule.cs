using Monolith.Embeddings.Features;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.CrashingTrainer;

/// <summary>A layer with normalisation and dropout over the vectors, beside the biases.</summary>
public sealed class TowerModule : nn.Module<TorchInputs, Tensor>
{
    private readonly Linear _hidden, _last;
    private readonly BatchNorm1d _norm;
    private readonly Dropout _dropout;

    /// <summary>Creates the module.</summary>
    /// <param name="inputs">How wide all vectors are together.</param>
    public TowerModule(int inputs)
        : base(nameof(TowerModule))
    {
        using var generator = manual_seed(11);
        (_hidden, _last) = (nn.Linear(inputs, 8), nn.Linear(8, 1));
        (_norm, _dropout) = (nn.BatchNorm1d(8), nn.Dropout(0.2));
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var hidden = _dropout.call(nn.functional.relu(_norm.call(_hidden.call(input.Segment()))));
        return (_last.call(hidden) + input.Segment(RowBuilder.BiasName).sum(1, keepdim: true)).MoveToOuterDisposeScope();
    }
}
