using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>All blocks of a model's input as tensors. Kept from batch to batch. Not thread-safe.</summary>
internal sealed class InputTensors : IDisposable
{
    private readonly FeatureLayout _layout;
    private readonly BlockTensor[] _segments, _sequences;
    private readonly BlockTensor _dense;
    private readonly BlockTensor?[] _steps;
    private readonly LengthTensor[] _lengths;
    private readonly ModuleMemory _memory;

    public InputTensors(FeatureSchema schema, ModuleMemory memory)
    {
        (_layout, _memory) = (schema.Layout, memory);
        Inputs = new TorchInputs(schema, memory.Device);
        _segments = [.. _layout.Segments.Select(s => memory.Block(new BlockShape(0, s.Width)))];
        _sequences = [.. _layout.Sequences.Select(s => memory.Block(new BlockShape(s.MaxLength, s.Dimension)))];
        _dense = memory.Block(new BlockShape(0, _layout.DenseWidth));
        _steps = [.. schema.Slots.Select(s => s.StepValues.Count == 0 ? null : memory.Block(new BlockShape(s.MaxIds, s.StepValues.Count)))];
        _lengths = [.. _layout.Sequences.Select(_ => new LengthTensor(memory))];
    }

    /// <summary>What a module is given.</summary>
    public TorchInputs Inputs { get; }

    /// <summary>Makes <see cref="Inputs"/> those of a batch.</summary>
    /// <param name="blocks">Embeddings and dense features, at least one row.</param>
    /// <param name="batch">Their ids.</param>
    /// <param name="gradients">Receives the gradients; cleared. Null where none is wanted.</param>
    public void Bind(FeatureBlocks blocks, FeatureBatch batch, FeatureBlocks? gradients = null)
    {
        Inputs.Begin(batch, blocks.Rows);
        var schema = batch.Schema;
        for (var i = 0; i < _segments.Length; i++)
        {
            var segment = _layout.Segments[i];
            Inputs.Segments[i] = _segments[i].Bind(blocks.Storage(segment), gradients?.Storage(segment), blocks.Rows);
        }
        for (var i = 0; i < _sequences.Length; i++)
        {
            var sequence = _layout.Sequences[i];
            Inputs.Sequences[i] = _sequences[i].Bind(blocks.SequenceStorage(sequence), gradients?.SequenceStorage(sequence), blocks.Rows);
            Inputs.Lengths[i] = _lengths[i].Bind(blocks.Lengths(sequence));
        }
        for (var i = 0; i < _steps.Length; i++)
            Inputs.Steps[i] = _steps[i]?.Bind(blocks.StepValueStorage(schema.Slots[i]), null, blocks.Rows);
        Inputs.SetDense(_dense.Bind(blocks.DenseStorage, null, blocks.Rows));
    }

    /// <summary>Brings the gradients of the last batch into the blocks that were named.</summary>
    public void ReturnGradients()
    {
        foreach (var block in _segments) block.BeginReturn();
        foreach (var block in _sequences) block.BeginReturn();
        _memory.Complete();
        foreach (var block in _segments) block.EndReturn();
        foreach (var block in _sequences) block.EndReturn();
    }

    public void Dispose()
    {
        foreach (var block in _segments) block.Dispose();
        foreach (var block in _sequences) block.Dispose();
        foreach (var block in _steps) block?.Dispose();
        foreach (var lengths in _lengths) lengths.Dispose();
        _dense.Dispose();
    }
}
