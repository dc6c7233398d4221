using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Blocks;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// What a module's <c>forward</c> is given: the embeddings and dense features of a batch, by the names of slots and segments, as tensors
/// over the trainer's own memory. Valid during the call of <c>forward</c> alone; not to be changed in place. Not thread-safe.
/// </summary>
public sealed class TorchInputs
{
    private readonly FeatureLayout _layout;
    private Tensor? _dense;
    private FeatureBatch? _batch;

    internal TorchInputs(FeatureSchema schema, Device device)
    {
        (Schema, _layout, Device) = (schema, schema.Layout, device);
        Segments = new Tensor[_layout.Segments.Count];
        (Sequences, Lengths) = (new Tensor[_layout.Sequences.Count], new Tensor[_layout.Sequences.Count]);
        Steps = new Tensor?[schema.Slots.Count];
    }

    /// <summary>The schema of the model.</summary>
    public FeatureSchema Schema { get; }

    /// <summary>The number of rows, at least 1.</summary>
    public int Rows { get; private set; }

    /// <summary>Where all of them lie.</summary>
    public Device Device { get; }

    /// <summary>Ids and offsets of each slot, for a module that looks at ids.</summary>
    public FeatureBatch Batch => _batch ?? throw new InvalidOperationException("The inputs of a batch are valid during forward alone.");

    /// <summary>The dense features, [<see cref="Rows"/>, <see cref="FeatureLayout.DenseWidth"/>]; without a gradient.</summary>
    public Tensor Dense => _dense ?? throw new InvalidOperationException("The inputs of a batch are valid during forward alone.");

    internal Tensor[] Segments { get; }

    internal Tensor[] Sequences { get; }

    internal Tensor[] Lengths { get; }

    internal Tensor?[] Steps { get; }

    /// <summary>A block of pooled embeddings, [<see cref="Rows"/>, <see cref="SegmentLayout.Width"/>]: a leaf in training.</summary>
    /// <param name="segment">The name of a segment. Default: the vectors.</param>
    /// <exception cref="KeyNotFoundException">No pooled slot's table has it; the message lists those that there are.</exception>
    public Tensor Segment(string segment = RowBuilder.VectorName) => Segments[LayoutOf(segment).Index];

    /// <summary>The embeddings of a pooled slot, [<see cref="Rows"/>, width]: a part of <see cref="Segment"/>.</summary>
    /// <param name="slot">The name of a slot.</param>
    /// <param name="segment">The name of a segment of its table. Default: the vector.</param>
    /// <exception cref="KeyNotFoundException">There is no such pooled slot, or its table has no such segment.</exception>
    public Tensor Slot(string slot, string segment = RowBuilder.VectorName)
    {
        var layout = LayoutOf(segment);
        for (var i = 0; i < layout.Columns.Count; i++)
        {
            var columns = layout.Columns[i];
            if (columns.Slot.Name == slot) return Segments[layout.Index].narrow(1, columns.Start, columns.Width);
        }
        throw new KeyNotFoundException($"There is no pooled slot '{slot}' with a segment '{segment}'; slots that have it: "
            + $"{string.Join(", ", layout.Columns.Select(columns => $"'{columns.Slot.Name}'"))}.");
    }

    /// <summary>
    /// The embeddings of all pooled slots, [<see cref="Rows"/>, fields, dimension]: a slot of <see cref="Pooling.FirstN"/> is n fields.
    /// </summary>
    /// <param name="segment">The name of a segment that has one dimension in all slots. Default: the vectors.</param>
    /// <exception cref="KeyNotFoundException">No pooled slot's table has it; the message lists those that there are.</exception>
    /// <exception cref="InvalidOperationException">The dimensions differ; the message lists them.</exception>
    public Tensor Fields(string segment = RowBuilder.VectorName)
    {
        var layout = LayoutOf(segment);
        var dimension = SchemaShapes.OneDimension(layout);
        return Segments[layout.Index].view(Rows, layout.Width / dimension, dimension);
    }

    /// <summary>The embeddings of a slot that is not pooled.</summary>
    /// <param name="slot">The name of a slot.</param>
    /// <param name="segment">The name of a segment of its table. Default: the vector.</param>
    /// <exception cref="KeyNotFoundException">There is no such sequence; the message lists those that there are.</exception>
    public TorchSequence Sequence(string slot, string segment = RowBuilder.VectorName)
    {
        for (var i = 0; i < _layout.Sequences.Count; i++)
        {
            var sequence = _layout.Sequences[i];
            if (sequence.Slot.Name == slot && sequence.SegmentName == segment) return new TorchSequence(Sequences[i], Lengths[i]);
        }
        throw new KeyNotFoundException($"There is no sequence '{slot}/{segment}'; sequences: "
            + $"{string.Join(", ", _layout.Sequences.Select(sequence => $"'{sequence.Name}'").DefaultIfEmpty("none"))}.");
    }

    /// <summary>
    /// The values beside the ids of a sequence, [<see cref="Rows"/>, steps, values a step], zeros after a row's length; without a gradient.
    /// </summary>
    /// <param name="slot">The name of a slot with <see cref="FeatureSlot.StepValues"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such slot, or it has no values.</exception>
    public Tensor StepValues(string slot)
    {
        for (var i = 0; i < Steps.Length; i++)
        {
            if (Steps[i] is { } steps && Schema.Slots[i].Name == slot) return steps;
        }
        throw new KeyNotFoundException($"There is no slot '{slot}' whose steps have values.");
    }

    /// <summary>
    /// The ids of a slot, [<see cref="Rows"/>, places] of 64-bit integers, made at each call; 0 behind a row's last id, which may be an id
    /// too (see <see cref="IdCounts"/>). A slot that is not pooled has as many places as <see cref="FeatureSlot.MaxIds"/>, which are those
    /// of <see cref="Sequence"/>; a pooled one as many as the row with the most ids, at least 1.
    /// </summary>
    /// <param name="slot">The name of a slot.</param>
    /// <exception cref="KeyNotFoundException">There is no such slot; the message lists those that there are.</exception>
    public Tensor Ids(string slot) => IdTensors.Ids(Batch, SlotOf(slot), Rows, Device);

    /// <summary>How many ids each row has in a slot, [<see cref="Rows"/>] of 64-bit integers, made at each call.</summary>
    /// <param name="slot">The name of a slot.</param>
    /// <exception cref="KeyNotFoundException">There is no such slot; the message lists those that there are.</exception>
    public Tensor IdCounts(string slot) => IdTensors.Counts(Batch, SlotOf(slot), Rows, Device);

    internal void Begin(FeatureBatch batch, int rows) => (_batch, Rows) = (batch, rows);

    internal void SetDense(Tensor dense) => _dense = dense;

    private FeatureSlot SlotOf(string slot)
    {
        for (var i = 0; i < Schema.Slots.Count; i++)
        {
            if (Schema.Slots[i].Name == slot) return Schema.Slots[i];
        }
        throw new KeyNotFoundException($"There is no slot '{slot}'; slots: "
            + $"{string.Join(", ", Schema.Slots.Select(other => $"'{other.Name}'").DefaultIfEmpty("none"))}.");
    }

    private SegmentLayout LayoutOf(string segment)
    {
        for (var i = 0; i < _layout.Segments.Count; i++)
        {
            if (_layout.Segments[i].Name == segment) return _layout.Segments[i];
        }
        throw new KeyNotFoundException($"No pooled slot's table has a segment '{segment}'; segments: "
            + $"{string.Join(", ", _layout.Segments.Select(other => $"'{other.Name}'").DefaultIfEmpty("none"))}.");
    }
}
