using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>Linear maps whose weights are drawn evenly from +-sqrt(6 / (inputs + outputs)), and whose biases begin at 0.</summary>
internal static class GlorotLinear
{
    public static Linear Of(int inputs, int outputs, bool hasBias = true)
    {
        var layer = nn.Linear(inputs, outputs, hasBias: hasBias);
        nn.init.xavier_uniform_(layer.weight!);
        if (hasBias) nn.init.zeros_(layer.bias!);
        return layer;
    }
}
