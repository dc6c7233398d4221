using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Blocks;
using Monolith.Embeddings.TorchSharp.Learning;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Support;

/// <summary>Rows with given ids, whose vectors are drawn from the id: a module's inputs without tables.</summary>
internal sealed class SequenceBatch : IDisposable
{
    private readonly SequenceRow[] _rows;
    private readonly InputTensors _tensors;
    private readonly TargetTensors _targets;

    public SequenceBatch(FeatureSchema schema, params SequenceRow[] rows)
    {
        (Schema, _rows) = (schema, rows);
        (Inputs, Gradients) = (new FeatureBlocks(schema.Layout), new FeatureBlocks(schema.Layout, BlockUse.Gradient));
        (Examples, Logits) = (new ExampleBatch(schema), new float[rows.Length * schema.Tasks.Count]);
        foreach (var row in rows) Write(row);
        Inputs.Resize(rows.Length);
        Gradients.Resize(rows.Length);
        Inputs.Clear();
        Gradients.Clear();
        for (var row = 0; row < rows.Length; row++) Fill(row);
        _tensors = new InputTensors(schema, new HostMemory());
        _tensors.Bind(Inputs, Examples, Gradients);
        var tasks = schema.Tasks.ToArray();
        _targets = new TargetTensors(tasks, [.. tasks.Select(_ => 1f)], new HostMemory());
        var lost = new LostRows();
        lost.Begin(rows.Length);
        _targets.Fill(Examples, lost);
        Targets = new TorchTargets(_targets, tasks) { Inputs = _tensors.Inputs, Examples = Examples };
    }

    public FeatureSchema Schema { get; }

    public FeatureBlocks Inputs { get; }

    public FeatureBlocks Gradients { get; }

    public ExampleBatch Examples { get; }

    public float[] Logits { get; }

    public IReadOnlyList<SequenceRow> Rows => _rows;

    /// <summary>The inputs of a module, whose gradients come into <see cref="Gradients"/>.</summary>
    public TorchInputs Tensors => _tensors.Inputs;

    public TorchTargets Targets { get; }

    /// <summary>The vector of an id.</summary>
    public static double[] Vector(long id, int dimension)
    {
        var draws = new Random((int)(id * 7919 + 13));
        return [.. Enumerable.Range(0, dimension).Select(_ => (double)(float)(draws.NextDouble() - 0.5))];
    }

    /// <summary>The same inputs in double precision, as leaves of their own.</summary>
    public TorchInputs InDoubles()
    {
        var inputs = new TorchInputs(Schema, CPU);
        inputs.Begin(Examples, _rows.Length);
        for (var i = 0; i < inputs.Segments.Length; i++) inputs.Segments[i] = Leaf(Tensors.Segments[i]);
        for (var i = 0; i < inputs.Sequences.Length; i++)
            (inputs.Sequences[i], inputs.Lengths[i]) = (Leaf(Tensors.Sequences[i]), Tensors.Lengths[i]);
        for (var i = 0; i < inputs.Steps.Length; i++) inputs.Steps[i] = Tensors.Steps[i]?.to(ScalarType.Float64);
        inputs.SetDense(Tensors.Dense.to(ScalarType.Float64));
        return inputs;

        static Tensor Leaf(Tensor values) => values.detach().to(ScalarType.Float64).requires_grad_();
    }

    public void Train(OnlineModel model) => model.Train(new TrainContext(Inputs, Examples, Gradients, Logits));

    public float[] GradientOf(string sequence)
    {
        var layout = Schema.Layout.Sequences.Single(s => s.Slot.Name == sequence);
        return Gradients.Sequence(layout).ToArray();
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _targets.Dispose();
        Examples.Dispose();
    }

    private void Write(SequenceRow row)
    {
        var writer = Examples.BeginExample();
        foreach (var slot in Schema.Slots)
        {
            var ids = row.Of(slot.Name);
            for (var i = 0; i < ids.Length; i++)
                writer.Step(slot, ids[i], row.Values.TryGetValue(slot.Name, out var values) ? values[i] : new float[slot.StepValues.Count]);
        }
        writer.Label(Schema.Tasks[0], row.Label).Weight(row.Weight).At(1_700_000_000_000);
        Examples.EndRow();
    }

    private void Fill(int row)
    {
        foreach (var segment in Schema.Layout.Segments)
        {
            foreach (var columns in segment.Columns)
            {
                var bag = Inputs.Block(segment).Slice(row * segment.Width + columns.Start, columns.Width);
                foreach (var id in _rows[row].Of(columns.Slot.Name)) Add(id, bag);
            }
        }
        foreach (var sequence in Schema.Layout.Sequences)
        {
            var ids = _rows[row].Of(sequence.Slot.Name);
            Inputs.Lengths(sequence)[row] = ids.Length;
            for (var i = 0; i < ids.Length; i++)
                Add(ids[i], Inputs.Sequence(sequence).Slice(row * sequence.Width + i * sequence.Dimension, sequence.Dimension));
        }
        foreach (var slot in Schema.Slots.Where(slot => slot.StepValues.Count > 0))
        {
            var values = _rows[row].Values.GetValueOrDefault(slot.Name, []).SelectMany(step => step).ToArray();
            values.CopyTo(Inputs.StepValueStorage(slot).Span[(row * slot.MaxIds * slot.StepValues.Count)..]);
        }
    }

    private static void Add(long id, Span<float> values)
    {
        var vector = Vector(id, values.Length);
        for (var i = 0; i < vector.Length; i++) values[i] += (float)vector[i];
    }
}
