using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Blocks;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// Receives the <see cref="OnlineModel.Outputs"/> of a model: one block each, [rows, width], 64-byte aligned in pinned arrays. Grows and is
/// used again. Not thread-safe.
/// </summary>
[DebuggerDisplay("{Rows} rows, {_outputs.Length} outputs")]
public sealed class ModelOutputBlocks
{
    private readonly IReadOnlyList<ModelOutput> _declared;
    private readonly ModelOutput[] _outputs;
    private readonly BlockBuffer[] _blocks;

    /// <summary>Creates blocks of no rows.</summary>
    /// <param name="model">The model whose outputs they receive, or those of another instance that declares the same.</param>
    /// <exception cref="ArgumentException">Two of its outputs have one name, or one is of a task of another schema.</exception>
    public ModelOutputBlocks(OnlineModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _declared = model.Outputs;
        _outputs = [.. _declared];
        RequireUsable(model);
        Outputs = Array.AsReadOnly(_outputs);
        _blocks = [.. _outputs.Select(output => new BlockBuffer(BlockUse.Input, output.Name, output.Width, allocator: null))];
    }

    /// <summary>What is received, in the model's order.</summary>
    public IReadOnlyList<ModelOutput> Outputs { get; }

    /// <summary>The number of rows in each block. The caller of a model sets it; the model writes all rows of all blocks.</summary>
    public int Rows { get; private set; }

    private string Names => string.Join(", ", _outputs.Select(o => $"'{o.Name}' of {o.Width}").DefaultIfEmpty("none"));

    /// <summary>Sets the number of rows; what the blocks hold afterwards is not to be relied on.</summary>
    /// <param name="rows">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A block would exceed the length of an array; the message holds the numbers.
    /// </exception>
    public void Resize(int rows)
    {
        OutOfRange.ThrowIfLess(rows, 0);
        foreach (var block in _blocks) block.RequireFits(rows);
        foreach (var block in _blocks) block.Reserve(rows);
        Rows = rows;
    }

    /// <summary>The values of one output, [<see cref="Rows"/>, <see cref="ModelOutput.Width"/>].</summary>
    /// <param name="output">
    /// One of the model's <see cref="OnlineModel.Outputs"/>, or that of the same name and width of another instance.
    /// </param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public Span<float> Block(ModelOutput output) => Storage(output).Span;

    /// <summary>The values of one output, [<see cref="Rows"/>, <see cref="ModelOutput.Width"/>].</summary>
    /// <param name="name">The name of one of <see cref="Outputs"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such output; the message lists the names.</exception>
    public Span<float> Block(string name) => Block(PlaceOf(name));

    /// <summary>The values of one output, [<see cref="Rows"/>, <see cref="ModelOutput.Width"/>].</summary>
    /// <param name="place">The place of one of <see cref="Outputs"/>, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place; the message holds the numbers.</exception>
    public Span<float> Block(int place) => (uint)place < (uint)_blocks.Length ? _blocks[place].Span(Rows)
        : throw OutOfRange.Of(nameof(place), place, $"There is no output at place {place}; there are {_blocks.Length}: {Names}.");

    /// <summary>Where <see cref="Block(ModelOutput)"/> lies.</summary>
    /// <inheritdoc cref="Block(ModelOutput)" path="/param" />
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public FloatBlock Storage(ModelOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (IsSame(_outputs[i], output)) return _blocks[i].Storage(Rows);
        }
        throw new ArgumentException(
            $"'{output.Name}' of {output.Width} is none of the model's outputs, which are: {Names}.", nameof(output));
    }

    /// <exception cref="KeyNotFoundException">There is no such output; the message lists the names.</exception>
    internal int PlaceOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (_outputs[i].Name == name) return i;
        }
        throw new KeyNotFoundException($"There is no output '{name}'; known: {Names}.");
    }

    /// <exception cref="ArgumentException">The model declares other outputs than these blocks receive.</exception>
    internal void RequireFor(OnlineModel model)
    {
        var others = model.Outputs;
        if (ReferenceEquals(others, _declared)) return;
        var isSame = others.Count == _outputs.Length;
        for (var i = 0; isSame && i < _outputs.Length; i++) isSame = IsSame(_outputs[i], others[i]);
        if (!isSame) throw new ArgumentException($"The outputs are not those of the model '{model.Name}', but: {Names}. Make them for it.");
    }

    internal void RequireApart(ReadOnlySpan<float> logits)
    {
        foreach (var block in _blocks) Overlap.Refuse((ReadOnlySpan<float>)block.Span(Rows), logits, "outputs", nameof(logits));
    }

    // Another instance of a model declares objects of its own.
    private static bool IsSame(ModelOutput one, ModelOutput other) =>
        ReferenceEquals(one, other) || (one.Name == other.Name && one.Width == other.Width && IsSame(one.Task, other.Task));

    private static bool IsSame(LabelTask? one, LabelTask? other) => one is null ? other is null : other is not null && one.Matches(other);

    private void RequireUsable(OnlineModel model)
    {
        for (var i = 0; i < _outputs.Length; i++)
        {
            var (name, task) = (_outputs[i].Name, _outputs[i].Task);
            if (Array.Exists(_outputs[..i], other => other.Name == name))
                throw new ArgumentException($"The model '{model.Name}' declares the output '{name}' twice.", nameof(model));
            if (task is not null && !model.Schema.Owns(task))
            {
                throw new ArgumentException(
                    $"The output '{name}' of the model '{model.Name}' is of a task '{task.Name}' of another schema.", nameof(model));
            }
        }
    }
}
