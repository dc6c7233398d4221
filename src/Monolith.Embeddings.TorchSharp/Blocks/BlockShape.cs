using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>The shape of a block behind its rows: [width], or [steps, dimension].</summary>
/// <param name="steps">How many steps a row has; 0 where a row is a plain vector.</param>
/// <param name="dimension">How many floats a step has, or the row.</param>
internal readonly struct BlockShape(int steps, int dimension)
{
    public Tensor View(Tensor flat, int rows) => steps > 0 ? flat.view(rows, steps, dimension) : flat.view(rows, dimension);

    public Tensor Empty(int rows) => steps > 0 ? empty(rows, steps, dimension) : empty(rows, dimension);
}
