using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// Linear layers with rectified units between them, and none after the last: [rows, inputs] to [rows, outputs]. A part of other modules.
/// </summary>
/// <remarks>
/// Weights before rectified units are drawn evenly from +-sqrt(6 / inputs) (He et al. 2015), those of the last layer from
/// +-sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), from TorchSharp's generator; biases begin at 0.
/// </remarks>
public sealed class PerceptronModule : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "layers")]
    private readonly ModuleList<Linear> _layers = new();

    /// <summary>Creates the layers.</summary>
    /// <param name="inputs">How wide a row is, at least 1.</param>
    /// <param name="hidden">The width of each hidden layer, at least 1; none for one linear map.</param>
    /// <param name="outputs">How wide a row of the result is, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A width is less than 1.</exception>
    public PerceptronModule(int inputs, IReadOnlyList<int> hidden, int outputs)
        : base(TorchRuntime.Named(nameof(PerceptronModule)))
    {
        ArgumentNullException.ThrowIfNull(hidden);
        int[] widths = [inputs, .. hidden, outputs];
        foreach (var width in widths) Widths.Require(width);
        for (var i = 1; i < widths.Length; i++)
        {
            var layer = nn.Linear(widths[i - 1], widths[i]);
            nn.init.zeros_(layer.bias!);
            var isLast = i == widths.Length - 1;
            var limit = Math.Sqrt(6.0 / (isLast ? widths[i - 1] + widths[i] : widths[i - 1]));
            nn.init.uniform_(layer.weight!, -limit, limit);
            _layers.Add(layer);
        }
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var values = _layers[0].call(input);
        // In place: the backward pass of a linear map reads its input, not its result.
        for (var i = 1; i < _layers.Count; i++) values = _layers[i].call(nn.functional.relu(values, inplace: true));
        return values.MoveToOuterDisposeScope();
    }
}
