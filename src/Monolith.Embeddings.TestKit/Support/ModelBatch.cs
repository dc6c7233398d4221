using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>One batch for a model, drawn from a seed: inputs, examples, and room for what the model puts out.</summary>
internal sealed class ModelBatch
{
    /// <summary>What no model gives.</summary>
    public const float Unwritten = -12345;

    private const int MostIds = 4;

    private readonly FeatureSchema _schema;
    private readonly int _rows;
    private readonly SearchedItem? _item;
    private Draws _draws;

    public ModelBatch(
        OnlineModel model, int rows, ulong seed, BlockAllocator? allocator = null, OnlineModel? outputsOf = null,
        FeatureSchema? schema = null, SearchedItem? item = null)
    {
        (_schema, _rows, _draws, _item) = (schema ?? model.Schema, rows, new Draws(seed), item);
        Inputs = new FeatureBlocks(_schema.Layout, BlockUse.Input, allocator);
        Gradients = new FeatureBlocks(_schema.Layout, BlockUse.Gradient, allocator);
        (Examples, Logits) = (new ExampleBatch(_schema), new float[rows * _schema.Tasks.Count]);
        Outputs = new ModelOutputBlocks(outputsOf ?? model);
        WriteExamples();
        Inputs.Resize(rows);
        Gradients.Resize(rows);
        Outputs.Resize(rows);
        Inputs.Clear();
        FillInputs();
        Spoil(outputsOf ?? model);
    }

    public FeatureBlocks Inputs { get; }

    public FeatureBlocks Gradients { get; }

    public ExampleBatch Examples { get; }

    public float[] Logits { get; }

    public ModelOutputBlocks Outputs { get; }

    public FeatureSchema Schema => _schema;

    public int Rows => _rows;

    /// <summary>Every block that has a gradient, with its name.</summary>
    public IEnumerable<(string Name, Func<FeatureBlocks, FloatBlock> Of)> Blocks =>
    [
        .. _schema.Layout.Segments.Select(s => (s.Name, (Func<FeatureBlocks, FloatBlock>)(blocks => blocks.Storage(s)))),
        .. _schema.Layout.Sequences.Select(s => (s.Name, (Func<FeatureBlocks, FloatBlock>)(blocks => blocks.SequenceStorage(s)))),
    ];

    public void Predict(OnlineModel model) =>
        model.Predict(new PredictContext(Inputs, Examples, Logits) { Outputs = Outputs });

    /// <summary>Predicts without asking for outputs.</summary>
    public void PredictLogits(OnlineModel model) => model.Predict(new PredictContext(Inputs, Examples, Logits));

    public void Train(OnlineModel model, TrainingCallbacks? callbacks = null, DenseGradients? handedBack = null) =>
        model.Train(new TrainContext(Inputs, Examples, Gradients, Logits)
        {
            Outputs = Outputs,
            Callbacks = callbacks,
            DenseGradients = handedBack,
        });

    /// <summary>Logits and gradients, so that two batches can be compared.</summary>
    public float[] Written()
    {
        List<float> all = [.. Logits];
        foreach (var (_, block) in Blocks) all.AddRange(block(Gradients).Span);
        return OneNaN(all);
    }

    /// <summary>Logits and outputs.</summary>
    public float[] Predicted(OnlineModel model)
    {
        List<float> all = [.. Logits];
        foreach (var output in model.Outputs) all.AddRange(Outputs.Block(output));
        return OneNaN(all);
    }

    /// <summary>Sets all that a model is to write to <see cref="Unwritten"/>.</summary>
    public void Spoil(OnlineModel model)
    {
        Logits.AsSpan().Fill(Unwritten);
        foreach (var (_, block) in Blocks) block(Gradients).Span.Fill(Unwritten);
        foreach (var output in model.Outputs) Outputs.Block(output).Fill(Unwritten);
    }

    // Which NaN it is differs between processors.
    private static float[] OneNaN(List<float> values) => [.. values.Select(value => float.IsNaN(value) ? float.NaN : value)];

    private void WriteExamples()
    {
        for (var row = 0; row < _rows; row++)
        {
            var writer = Examples.BeginExample();
            foreach (var slot in _schema.Slots.Where(slot => !slot.IsDerived))
            {
                if (slot == _item?.Slot)
                {
                    if (_item.IsThere) writer.Id(slot, SearchedItem.Id);
                    continue;
                }
                var values = new float[slot.StepValues.Count];
                for (var id = _draws.Below(Math.Min(MostIds, slot.MaxIds) + 1); id > 0; id--)
                {
                    _draws.Fill(values, 1);
                    writer.Step(slot, _draws.Below(1000), values);
                }
            }
            for (var i = 0; i < _schema.DenseWidth; i++) writer.Dense(i, _draws.Within(1));
            foreach (var number in _schema.Numbers) writer.Number(number, _draws.Within(1));
            foreach (var task in _schema.Tasks)
            {
                // Some labels are missing, and some are no whole numbers.
                if (_draws.Below(6) > 0) writer.Label(task, _draws.Below(5) == 0 ? 0.25f : _draws.Below(2));
                if (_draws.Below(3) == 0) writer.LogitOffset(task, _draws.Within(1));
            }
            writer.Weight(_draws.Below(4) == 0 ? 2.5f : 1).At(1_700_000_000_000 + row);
            Examples.EndRow();
        }
    }

    private void FillInputs()
    {
        new DerivedFeatures(_schema).Derive(Examples);
        var (written, width) = (_schema.DenseWidth, _schema.Layout.DenseWidth);
        for (var row = 0; row < _rows; row++)
        {
            Examples.Dense.Slice(row * written, written).CopyTo(Inputs.Dense[(row * width)..]);
            _draws.Fill(Inputs.Dense.Slice((row * width) + written, width - written), 1);
        }
        foreach (var segment in _schema.Layout.Segments)
        {
            foreach (var columns in segment.Columns)
            {
                for (var row = 0; row < _rows; row++)
                {
                    var bag = Inputs.Block(segment).Slice(row * segment.Width + columns.Start, columns.Width);
                    if (columns.Slot == _item?.Slot) _item.Fill(bag, columns);
                    else FillBag(bag, columns, CountOf(columns.Slot, row));
                }
            }
        }
        foreach (var sequence in _schema.Layout.Sequences)
        {
            for (var row = 0; row < _rows; row++)
            {
                var count = CountOf(sequence.Slot, row);
                Inputs.Lengths(sequence)[row] = count;
                _draws.Fill(Inputs.Sequence(sequence).Slice(row * sequence.Width, count * sequence.Dimension), 0.5f);
            }
        }
        foreach (var slot in _schema.Slots) FillStepValues(slot);
    }

    private void FillStepValues(FeatureSlot slot)
    {
        var (width, block) = (slot.StepValues.Count, Inputs.StepValueStorage(slot));
        for (var row = 0; row < _rows && width > 0; row++)
        {
            var first = Examples.Offsets(slot)[row];
            Examples.StepValues(slot).Slice(first * width, CountOf(slot, row) * width).CopyTo(block.Span[(row * slot.MaxIds * width)..]);
        }
    }

    // An empty bag is zeros, and so are the places after the last id.
    private void FillBag(Span<float> bag, SegmentColumns columns, int count)
    {
        if (columns.Slot.Pooling == Pooling.FirstN) bag = bag[..(count * columns.Dimension)];
        if (count > 0) _draws.Fill(bag, 0.5f);
    }

    private int CountOf(FeatureSlot slot, int row)
    {
        var offsets = Examples.Offsets(slot);
        return offsets[row + 1] - offsets[row];
    }
}
