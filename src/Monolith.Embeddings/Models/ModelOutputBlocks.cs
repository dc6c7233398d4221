using System.Diagnostics;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Models;

/// <summary>
/// Receives the <see cref="OnlineModel.Outputs"/> of a model: one block each, [rows, width], 64-byte aligned in pinned arrays. Grows and is
/// used again. Not thread-safe.
/// </summary>
[DebuggerDisplay("{Rows} rows, {_outputs.Length} outputs")]
public sealed class ModelOutputBlocks
{
    private readonly ModelOutput[] _outputs;
    private readonly BlockBuffer[] _blocks;

    /// <summary>Creates blocks of no rows.</summary>
    /// <param name="model">The model whose outputs they receive.</param>
    public ModelOutputBlocks(OnlineModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _outputs = [.. model.Outputs];
        _blocks = [.. _outputs.Select(output => new BlockBuffer(BlockUse.Input, output.Name, output.Width, allocator: null))];
    }

    /// <summary>The number of rows in each block. The caller of a model sets it; the model writes all rows of all blocks.</summary>
    public int Rows { get; private set; }

    /// <summary>Sets the number of rows; what the blocks hold afterwards is not to be relied on.</summary>
    /// <param name="rows">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A block would exceed the length of an array; the message holds the numbers.
    /// </exception>
    public void Resize(int rows)
    {
        Validation.OutOfRange.ThrowIfLess(rows, 0);
        foreach (var block in _blocks) block.RequireFits(rows);
        foreach (var block in _blocks) block.Reserve(rows);
        Rows = rows;
    }

    /// <summary>The values of one output, [<see cref="Rows"/>, <see cref="ModelOutput.Width"/>].</summary>
    /// <param name="output">One of the model's <see cref="OnlineModel.Outputs"/>.</param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public Span<float> Block(ModelOutput output) => Storage(output).Span;

    /// <summary>Where <see cref="Block"/> lies.</summary>
    /// <param name="output">One of the model's <see cref="OnlineModel.Outputs"/>.</param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public FloatBlock Storage(ModelOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var index = Array.IndexOf(_outputs, output);
        return index >= 0 ? _blocks[index].Storage(Rows) : throw new ArgumentException(
            $"'{output.Name}' is none of the model's outputs, which are: "
            + $"{string.Join(", ", _outputs.Select(o => $"'{o.Name}'").DefaultIfEmpty("none"))}.", nameof(output));
    }
}
